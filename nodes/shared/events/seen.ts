import { SeenEvents } from './seenEvents';

/**
 * The events of all triggers in this process. Okta repeats within seconds; at its limit of 400,000 events
 * a day, this is half an hour.
 */
export const seenEvents = new SeenEvents(10_000);
