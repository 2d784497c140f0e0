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
		'A stand-in for an Okta org, on 127.0.0.1, without anything to install or sign up for.',
	)
	.option('--port <number>', 'port to listen on (0: any free one)', toNumber, 8080)
	.option('--client-id <id>', 'client ID of the registered app (default: a random one)')
	.option('--client-secret <secret>', 'client secret of the app (default: a random one)')
	.option('--redirect-uri <uri...>', 'redirect URIs of the app (default: any)')
	.option('--granted-scope <scope...>', 'scopes granted to the app (default: all that are known)')
	.option(
		'--access-token-lifetime <seconds>',
		'how long access tokens live (default: 3600)',
		toNumber,
	)
	.option('--rotate-refresh-tokens', 'every refresh voids the refresh token and brings a new one')
	.option('--filter-feature', 'the org has event hook filters (Early Access)')
	.option('--delivery-timeout <ms>', 'how long a delivery may take (default: 3000)', toNumber)
	.option('--latency <ms>', 'milliseconds added to every API call', toNumber)
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

Open ${org.url}/ to sign somebody in. Ctrl+C stops it.`);

		const stop = (): void => {
			void org.stop();
		};
		process.once('SIGINT', stop);
		process.once('SIGTERM', stop);
	});

program.parseAsync().catch((error: Error & { code?: string }) => {
	console.error(
		error.code === 'EADDRINUSE'
			? 'That port is taken: choose another with --port.'
			: (error.stack ?? error.message),
	);
	process.exitCode = 1;
});
