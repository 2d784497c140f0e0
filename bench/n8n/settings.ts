/** How n8n is set, and how many times as many deliveries it then gets through. */
export const SETTINGS = [
	{ name: 'n8n as shipped', env: {}, factor: 1 },
	{
		name: 'N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true',
		env: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' },
		factor: 3,
	},
];
