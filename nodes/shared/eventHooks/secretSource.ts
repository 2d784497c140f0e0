import type { IWebhookFunctions } from 'n8n-workflow';

import { messageOf } from '../errors';
import { readClientKey } from '../okta/clientKey';
import type { ClientKey } from '../okta/clientKey';
import { credentialOf } from '../okta/credential';
import type { SecretSource } from './authenticate';
import { ownerOf } from '../owner';
import { deriveSecret } from './secret';
import type { SecretScope } from './secret';

/** Reading the credential costs n8n a database query. Requests with wrong secrets must not each cause one. */
const READ_AGAIN_AFTER_MS = 30_000;

/** An attempt to read the credential, and its outcome. */
interface Reading {
	startedAt: number;
	result: Promise<SecretSource | { failure: string }>;
}

/** The latest readings, by `nodeKeyOf`. */
const readings = new Map<string, Reading>();

/** The results of successful readings. Failures aren't kept because they may be resolved. */
const sources = new Map<string, SecretSource>();

/** @param readAt when the credential was read, in ms since 1970 */
export function createSource(
	clientKey: ClientKey,
	scope: SecretScope,
	readAt: number,
): SecretSource {
	return { readAt, secretAt: (time) => deriveSecret(clientKey, scope, time).value };
}

async function read(
	context: IWebhookFunctions,
	readAt: number,
): Promise<SecretSource | { failure: string }> {
	try {
		const { type, name } = credentialOf(context);
		const clientKey = readClientKey(type, await context.getCredentials(type));
		if (clientKey === undefined) {
			return {
				failure: `the credential '${name}' has no client secret or private key to derive the event hook's secret from`,
			};
		}
		const scope = { owner: ownerOf(context), address: context.getNodeWebhookUrl('default') ?? '' };
		return createSource(clientKey, scope, readAt);
	} catch (error) {
		return { failure: `n8n can't read the credential: ${messageOf(error)}` };
	}
}

/** The source of a trigger's secrets, if the credential was read before. */
export function knownSource(key: string): SecretSource | undefined {
	return sources.get(key);
}

/**
 * The source of a trigger's secrets, with the current credential. Reads it at most once every 30 seconds and
 * returns the last result in between.
 *
 * @param key `nodeKeyOf`
 * @param now ms since 1970
 */
export async function readSource(
	context: IWebhookFunctions,
	key: string,
	now: number,
): Promise<SecretSource | { failure: string }> {
	const last = readings.get(key);
	if (last && now - last.startedAt < READ_AGAIN_AFTER_MS) return await last.result;
	const reading = { startedAt: now, result: read(context, now) };
	readings.set(key, reading);
	const result = await reading.result;
	if ('failure' in result) sources.delete(key);
	else sources.set(key, result);
	return result;
}

/** Forgets a trigger's credential, so the next delivery reads it again. */
export function forgetSource(key: string): void {
	readings.delete(key);
	sources.delete(key);
}
