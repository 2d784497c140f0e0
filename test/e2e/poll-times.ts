/** Every five seconds. n8n wants a minute at least, but of each of these times by itself. */
export const OFTEN = {
	item: Array.from({ length: 12 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 5} * * * * *`,
	})),
};
