const { FloorTrigger } = require('./FloorTrigger.node.js');

/**
 * Answers before n8n has stored anything, and so loses an event when that fails: only for measuring how
 * much sooner that is.
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
