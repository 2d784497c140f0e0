import { Command, InvalidArgumentError } from 'commander';
import { startOktaOrg } from './index';
import type { OktaOrgOptions } from './index';

interface Flags {
	port: number;
	clientId?: string;
	clientSecret?: string;
	redirectUri?: string[];
	grantedScope?: string[];
	accessTokenLifetime?: number;
	rotateRefreshTokens?: boolean;
	filterFeature?: boolean;
	deliveryTimeout?: number;
	latency?: number;
}

const toNumber = (text: string): number => {
	if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Not a number.');
	return Number(text);
};

const program = new Command('okta-org')
	.description(
		'A stand-in for an Okta org on 127.0.0.1. Needs no installation and no Okta account.',
	)
	.option('--port <number>', 'port to listen on (0: any free port)', toNumber, 8080)
	.option('--client-id <id>', 'client ID of the registered app (default: random)')
	.option('--client-secret <secret>', 'client secret of the app (default: random)')
	.option('--redirect-uri <uri...>', 'redirect URIs of the app (default: any)')
	.option('--granted-scope <scope...>', 'scopes granted to the app (default: all supported ones)')
	.option(
		'--access-token-lifetime <seconds>',
		'lifetime of access tokens (default: 3600)',
		toNumber,
	)
	.option('--rotate-refresh-tokens', 'replace the refresh token with each refresh')
	.option('--filter-feature', 'enable event hook filters (Early Access)')
	.option('--delivery-timeout <ms>', 'timeout of a delivery (default: 3000)', toNumber)
	.option('--latency <ms>', 'delay of every API call (default: 0)', toNumber)
	.action(async (flags: Flags) => {
		const { redirectUri, grantedScope, ...rest } = flags;
		const options: OktaOrgOptions = {
			...rest,
			redirectUris: redirectUri,
			grantedScopes: grantedScope,
		};
		const org = await startOktaOrg(options);

		console.log(`Stand-in Okta org: ${org.url}

  Org URL        ${org.url}
  Client ID      ${org.client.id}
  Client secret  ${org.client.secret}

Open ${org.url}/ to sign a user in. Press Ctrl+C to stop.`);

		const stop = (): void => {
			void org.stop();
		};
		process.once('SIGINT', stop);
		process.once('SIGTERM', stop);
	});

program.parseAsync().catch((error: Error & { code?: string }) => {
	console.error(
		error.code === 'EADDRINUSE'
			? 'That port is already in use. Choose another one with --port.'
			: (error.stack ?? error.message),
	);
	process.exitCode = 1;
});
