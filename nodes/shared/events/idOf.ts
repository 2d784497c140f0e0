import type { LogEvent } from '../okta/types';

/** An event's ID; undefined if Okta left it out. */
export function idOf({ uuid }: LogEvent): string | undefined {
	return typeof uuid === 'string' && uuid !== '' ? uuid : undefined;
}
