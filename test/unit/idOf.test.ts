import { idOf } from '../../nodes/shared/events/idOf';
import { mfaEvent, without } from './fixtures/events';

describe('The ID of an event', () => {
	it('is its uuid', () => {
		expect(idOf(mfaEvent({ uuid: 'a' }))).toBe('a');
	});

	it('is undefined if the event has no uuid', () => {
		expect(idOf(without(mfaEvent(), 'uuid'))).toBeUndefined();
	});

	it.each([[undefined], [null], [''], [7], [{}], [['a']]])(
		'is undefined if the uuid is invalid: %j',
		(uuid) => {
			expect(idOf(mfaEvent({ uuid }))).toBeUndefined();
		},
	);
});
