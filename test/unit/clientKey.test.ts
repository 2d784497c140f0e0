import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { readClientKey } from '../../nodes/shared/okta/clientKey';

const KEY = 'sixteen-letters!';
const CLIENT_ID = '0oaexample00000001';

describe('The key from which secrets are derived', () => {
	it('is the client secret of an OAuth2 credential', () => {
		const data = { clientId: CLIENT_ID, clientSecret: KEY, privateKey: 'from another credential' };
		expect(readClientKey('oktaOAuth2Api', data)).toEqual({ clientId: CLIENT_ID, key: KEY });
	});

	it('is the private key of a service app', () => {
		const data = { clientId: CLIENT_ID, privateKey: KEY, clientSecret: 'from another credential' };
		expect(readClientKey('oktaServiceAppApi', data)).toEqual({ clientId: CLIENT_ID, key: KEY });
	});

	it('ignores white space around it, which pasting can add', () => {
		const data = { clientId: ` ${CLIENT_ID}\n`, clientSecret: `\t${KEY} \n` };
		expect(readClientKey('oktaOAuth2Api', data)).toEqual({ clientId: CLIENT_ID, key: KEY });
	});

	it.each<[string, ICredentialDataDecryptedObject[string] | undefined]>([
		['missing', undefined],
		['empty', ''],
		['nothing but white space', ' '.repeat(20)],
		['shorter than 16 characters', KEY.slice(1)],
		['shorter than 16 characters without white space', `${KEY.slice(1)}  `],
		['a number', 1234567890123456],
		['not text', [KEY]],
	])('doesn’t exist if it is %s', (_what, key) => {
		const data = JSON.parse(
			JSON.stringify({ clientId: CLIENT_ID, clientSecret: key, privateKey: key }),
		) as ICredentialDataDecryptedObject;
		expect(readClientKey('oktaOAuth2Api', data)).toBeUndefined();
		expect(readClientKey('oktaServiceAppApi', data)).toBeUndefined();
	});

	it('doesn’t need a client ID', () => {
		const expected = { clientId: '', key: KEY };
		expect(readClientKey('oktaOAuth2Api', { clientSecret: KEY })).toEqual(expected);
	});
});
