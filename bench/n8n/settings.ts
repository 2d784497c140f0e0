/** How n8n is set. */
export interface Setting {
	name: string;
	env: NodeJS.ProcessEnv;
	/** How many times as many deliveries n8n then gets through. */
	factor: number;
}

/** As n8n comes. */
export const AS_SHIPPED: Setting = { name: 'n8n as shipped', env: {}, factor: 1 };

/** Takes an isolate for expressions only when an expression is there to be evaluated. */
export const LAZY: Setting = {
	name: 'N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true',
	env: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' },
	factor: 3,
};
