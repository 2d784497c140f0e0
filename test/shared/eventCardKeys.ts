export { EVENT_CARD_KEYS } from '../../lab/fixtures/event-card-keys';
