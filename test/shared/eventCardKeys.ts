/** The keys of an item with the output "Event Card", in order: workflows depend on them. */
export const EVENT_CARD_KEYS = [
	'dateAndTime',
	'message',
	'eventId',
	'eventType',
	'eventTime',
	'version',
	'admin',
	'oktaUser',
	'uuid',
	'eventDetails',
	'headers',
	'source',
	'debugContext',
];
