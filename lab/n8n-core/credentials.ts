import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
} from 'n8n-workflow';

import { OktaServiceAppApi } from '../../credentials/OktaServiceAppApi.credentials';
import { resolveCredential } from './resolve-credential';

const TYPES = { oAuth2: 'oktaOAuth2Api', serviceApp: 'oktaServiceAppApi' } as const;
type CredentialType = (typeof TYPES)[keyof typeof TYPES];

/** The type of the credential that a node with these parameters uses. */
export function credentialTypeFor({ authentication }: IDataObject): CredentialType {
	return TYPES[authentication === 'serviceApp' ? 'serviceApp' : 'oAuth2'];
}

/** A node's credentials, one of each type, in memory. */
export class Credentials {
	private readonly serviceApp = new OktaServiceAppApi();

	private readonly stored: Record<CredentialType, ICredentialDataDecryptedObject> = {
		oktaOAuth2Api: {},
		oktaServiceAppApi: {},
	};

	change(type: CredentialType, changes: IDataObject): void {
		Object.assign(this.stored[type], changes);
	}

	/** The credential as it's stored, including tokens. */
	saved(type: CredentialType): ICredentialDataDecryptedObject {
		return structuredClone(this.stored[type]);
	}

	/** The helper that n8n-core uses for credentials. */
	readonly helper = {
		getParentTypes: (type: CredentialType) => (type === 'oktaOAuth2Api' ? ['oAuth2Api'] : []),
		isCredentialUsableByNode: () => true,
		getDecrypted: async (_data: unknown, _details: unknown, type: CredentialType) =>
			this.decrypt(type),
		preAuthentication: async (
			helpers: IHttpRequestHelper,
			decrypted: ICredentialDataDecryptedObject,
			type: CredentialType,
			_node: INode,
			isExpired: boolean,
		) => {
			const hasToken = decrypted.accessToken !== '';
			if (type !== 'oktaServiceAppApi' || (hasToken && !isExpired)) return undefined;
			const output = await this.serviceApp.preAuthentication.call(helpers, decrypted);
			this.change(type, output);
			return Object.assign(decrypted, output);
		},
		authenticate: async (
			decrypted: ICredentialDataDecryptedObject,
			_type: string,
			request: IHttpRequestOptions,
		) => await this.serviceApp.authenticate(decrypted, request),
		runPreAuthentication: async () => undefined,
		updateCredentialsOauthTokenData: async (
			_details: unknown,
			_type: string,
			{ oauthTokenData }: ICredentialDataDecryptedObject,
		) => this.change('oktaOAuth2Api', { oauthTokenData } as IDataObject),
	};

	/** The credential as n8n passes it to a node, with defaults and evaluated expressions. */
	private decrypt(type: CredentialType): ICredentialDataDecryptedObject {
		const stored = this.saved(type);
		if (type === 'oktaOAuth2Api') return resolveCredential(stored);
		const defaults = this.serviceApp.properties.map((property) => [
			property.name,
			property.default,
		]);
		return { ...Object.fromEntries(defaults), ...stored } as ICredentialDataDecryptedObject;
	}
}
