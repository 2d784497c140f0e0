import { accountEvent, isAccountEventKind } from './account-events';
import type { LogEvent } from './log-event';
import { signInEvent } from './sign-in-events';
import type { EventKind, EventOverrides } from './types';

/** An event of any kind. */
export function buildEvent(
	kind: EventKind,
	published: number,
	overrides?: EventOverrides,
): LogEvent {
	return isAccountEventKind(kind)
		? accountEvent(kind, published, overrides)
		: signInEvent(kind, published, overrides);
}
