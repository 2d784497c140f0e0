/**
 * A stand-in for an Okta org, over real HTTP on loopback: OAuth 2.0, the Event Hooks API, the System
 * Log API and the deliveries, built from Okta's published rules.
 *
 *     const org = await startOktaOrg();
 *     const { access_token } = await org.issueTokens('okta.eventHooks.manage');
 *     const { event, deliveries } = await org.signIn('pushDenied');
 *     await org.stop();
 */
export type * from './event-hook';
export type * from './log-event';
export type * from './types';
export { startOktaOrg } from './org';
