import type { LogEvent } from '../okta/types';

/** What tells an event from others; undefined if Okta left it out. */
export function idOf({ uuid }: LogEvent): string | undefined {
	return typeof uuid === 'string' && uuid !== '' ? uuid : undefined;
}
