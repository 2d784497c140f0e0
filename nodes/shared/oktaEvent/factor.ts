import type { LogEvent } from '../okta/types';
import { debugDataOf, reasonOf } from './event';

/** As in "User reset FIDO_WEBAUTHN factor". */
const FACTOR_IN_REASON = /\b([A-Z][A-Z\d_]*) factor\b/;

/** The factor that was used, enrolled, or reset, e.g. `OKTA_VERIFY_PUSH`; undefined if it isn't named. */
export function factorOf(event: LogEvent): string | undefined {
	const { factor } = debugDataOf(event);
	if (typeof factor === 'string' && factor !== '') return factor;
	return FACTOR_IN_REASON.exec(reasonOf(event) ?? '')?.[1];
}
