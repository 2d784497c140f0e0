const { FloorTrigger } = require('./FloorTrigger.node.js');

/**
 * Responds before n8n has stored anything, so it loses an event if storing fails. Only for measuring how much
 * faster that is.
 */
class EarlyTrigger extends FloorTrigger {
	constructor() {
		super();
		Object.assign(this.description, {
			displayName: 'Early Trigger',
			name: 'earlyTrigger',
			defaults: { name: 'Early Trigger' },
		});
	}

	async webhook() {
		this.getResponseObject().status(204).end();
		return { ...(await super.webhook()), noWebhookResponse: true };
	}
}

module.exports = { EarlyTrigger };
