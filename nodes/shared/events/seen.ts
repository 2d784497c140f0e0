import { SeenEvents } from './seenEvents';

/**
 * The events of all triggers in this process. Okta repeats deliveries within seconds. At its limit of 400,000
 * events a day, this covers half an hour.
 */
export const seenEvents = new SeenEvents(10_000);
