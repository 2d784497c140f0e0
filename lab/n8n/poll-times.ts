/** n8n rejects intervals below a minute, but it checks each of these times separately. */
export const OFTEN = {
	item: Array.from({ length: 12 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 5} * * * * *`,
	})),
};

/** For scenarios in which a poll would get in the way. */
export const SELDOM = { item: [{ mode: 'custom', cronExpression: '0 0 0 1 1 *' }] };
