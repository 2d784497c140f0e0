import { idOf } from '../../nodes/shared/events/idOf';
import { mfaEvent, without } from './fixtures/events';

describe('The id of an event', () => {
	it('is its uuid', () => {
		expect(idOf(mfaEvent({ uuid: 'a' }))).toBe('a');
	});

	it('is none if the event has no uuid', () => {
		expect(idOf(without(mfaEvent(), 'uuid'))).toBeUndefined();
	});

	it.each([[undefined], [null], [''], [7], [{}], [['a']]])(
		'is none if the uuid can’t be one: %j',
		(uuid) => {
			expect(idOf(mfaEvent({ uuid }))).toBeUndefined();
		},
	);
});
