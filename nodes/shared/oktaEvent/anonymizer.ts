import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { debugDataOf } from './event';
import { parseJson, securityContextOf } from './securityData';

function isName(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}

/** The operator of each anonymous entry, or its type if it has no operator. */
function namesOf(entries: unknown, flag: string): string[] {
	if (!Array.isArray(entries)) return [];
	return entries
		.filter((entry) => isRecord(entry) && entry[flag] === true)
		.map(({ operator, type }: Record<string, unknown>) => [operator, type].find(isName))
		.filter((name) => name !== undefined);
}

/**
 * The VPN, proxy, or Tor network that hides where the request comes from. It's named in the security context's
 * `ipDetails`, or in `debugData.tunnels`, which is JSON as text. Null if neither names one.
 */
export function anonymizerOf(event: LogEvent): string | null {
	const { ipDetails } = securityContextOf(event);
	const categories = isRecord(ipDetails) ? ipDetails.ipServiceCategories : undefined;
	const { tunnels } = debugDataOf(event);
	const inDetails = namesOf(categories, 'isAnonymous');
	const names =
		inDetails.length > 0 ? inDetails : namesOf(parseJson(tunnels) ?? tunnels, 'anonymous');
	return names.length > 0 ? [...new Set(names)].join(', ') : null;
}
