const { FloorTrigger } = require('./FloorTrigger.node.js');

/** The same with a credential: n8n looks up who may use it for each execution. */
class CredentialTrigger extends FloorTrigger {
	constructor() {
		super();
		Object.assign(this.description, {
			displayName: 'Credential Trigger',
			name: 'credentialTrigger',
			defaults: { name: 'Credential Trigger' },
			credentials: [{ name: 'oktaOAuth2Api', required: true }],
		});
	}
}

module.exports = { CredentialTrigger };
