import { delimiter, dirname } from 'node:path';

export interface EnvironmentOptions {
	version: string;
	userFolder: string;
	port: number;
	/** The port that n8n uses to talk to its own task runner. */
	brokerPort: number;
}

/**
 * The complete environment of an n8n that only uses 127.0.0.1. Takes only a few variables from this process,
 * because an `N8N_…` variable or a proxy set on the machine would change the results.
 */
export function n8nEnvironment(options: EnvironmentOptions): NodeJS.ProcessEnv {
	const { HOME, LANG, TMPDIR, TZ, PATH = '' } = process.env;
	return {
		HOME,
		LANG,
		TMPDIR,
		TZ,
		PATH: [dirname(process.execPath), PATH].join(delimiter),

		N8N_USER_FOLDER: options.userFolder,
		// Fixed, so that a folder's credentials and logins survive a restart. It protects nothing.
		N8N_ENCRYPTION_KEY: 'n8n-nodes-okta-mfa-throw-away-instance',
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(options.port),
		N8N_SECURE_COOKIE: 'false',
		N8N_RUNNERS_BROKER_PORT: String(options.brokerPort),
		WEBHOOK_URL: `http://127.0.0.1:${options.port}/`,

		// Turns off everything that would contact n8n's servers.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',

		N8N_PERSONALIZATION_ENABLED: 'false',
		...(options.version.startsWith('1.')
			? { N8N_RUNNERS_ENABLED: 'false' }
			: { N8N_DISABLED_MODULES: 'mcp-registry' }),
	};
}
