/** Every five seconds. n8n wants a minute at least, but of each of these times by itself. */
export const OFTEN = {
	item: Array.from({ length: 12 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 5} * * * * *`,
	})),
};

/** Once a year: for scenarios in which a check would be in the way. */
export const SELDOM = { item: [{ mode: 'custom', cronExpression: '0 0 0 1 1 *' }] };
