/** A configuration of n8n. */
export interface Setting {
	name: string;
	env: NodeJS.ProcessEnv;
	/** How many times as many deliveries n8n can handle with it. */
	factor: number;
}

/** n8n's defaults. */
export const AS_SHIPPED: Setting = { name: 'n8n as shipped', env: {}, factor: 1 };

/** Acquires an isolate for expressions only if there is an expression to evaluate. */
export const LAZY: Setting = {
	name: 'N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true',
	env: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' },
	factor: 3,
};
