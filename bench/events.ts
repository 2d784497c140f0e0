import { toDeliveredEvent } from '../test/okta-org/delivered-event';
import { signInEvent } from '../test/okta-org/sign-in-events';
import type { DeliveredEvent } from '../test/okta-org/types';

/** An approved push as Okta delivers it: 2 kB, as are most of the samples that Okta has published. */
export function deliveredSignIn(uuid: string): DeliveredEvent {
	return toDeliveredEvent(signInEvent('pushApproved', Date.now(), { uuid }));
}
