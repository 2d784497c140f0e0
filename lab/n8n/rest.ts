import { randomUUID } from 'node:crypto';

import axios, { type AxiosInstance, type AxiosResponse } from 'axios';

export type Json = Record<string, unknown>;

export interface Owner {
	email: string;
	/** n8n requires at least 8 characters, including a capital letter and a digit. */
	password: string;
	firstName: string;
	lastName: string;
}

export interface Settings {
	/** n8n's version. */
	versionCli: string;
	/** If on (the default), 2.x registers webhooks in the background. */
	useWorkflowPublicationService?: boolean;
}

export interface CredentialInput {
	name: string;
	/** e.g. `oktaOAuth2Api` */
	type: string;
	data: Json;
}

/** Secrets are returned blanked. `data.oauthTokenData` is `true` once the credential is connected. */
export interface Credential extends CredentialInput {
	id: string;
}

export interface WorkflowNode {
	id: string;
	name: string;
	/** e.g. `n8n-nodes-okta-mfa.oktaUserMfaTrigger` */
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Json;
	/** Required for triggers with a webhook. It's part of the URL. */
	webhookId?: string;
	credentials?: Record<string, { id: string; name: string }>;
	disabled?: boolean;
}

export interface WorkflowInput {
	name: string;
	nodes: WorkflowNode[];
	connections: Json;
	settings?: Json;
}

export interface Workflow extends WorkflowInput {
	id: string;
	/** The latest saved version, which isn't always the published one. */
	versionId: string;
	active: boolean;
	staticData: unknown;
}

/** n8n rejected a call. The message has the call and n8n's reason. */
export class N8nRestError extends Error {
	constructor(
		call: string,
		readonly status: number,
		/** n8n's error message. */
		readonly reason: string,
	) {
		super(`n8n responded to ${call} with ${status}: ${reason}`);
		this.name = 'N8nRestError';
	}
}

/** n8n's internal REST API, as its editor uses it: signed in, with cookies. One client per user. */
export class N8nRest {
	private readonly http: AxiosInstance;

	private readonly cookies = new Map<string, string>();

	private currentSettings?: Settings;

	/** @param url n8n's address without a trailing slash, e.g. `n8n.url` */
	constructor(readonly url: string) {
		this.http = axios.create({
			baseURL: url,
			proxy: false,
			timeout: 60_000,
			maxRedirects: 0,
			validateStatus: () => true,
			// Identifies one browser tab.
			headers: { 'push-ref': randomUUID() },
		});
	}

	/** Creates the first account of a new n8n, and signs in to it. */
	async setUpOwner(owner: Owner): Promise<void> {
		await this.call('POST', '/rest/owner/setup', owner);
	}

	async login({ email, password }: Pick<Owner, 'email' | 'password'>): Promise<void> {
		await this.call('POST', '/rest/login', { emailOrLdapLoginId: email, password });
	}

	/** Needs a login. Fetched once. */
	async settings(): Promise<Settings> {
		this.currentSettings ??= await this.call<Settings>('GET', '/rest/settings');
		return this.currentSettings;
	}

	async createCredential(input: CredentialInput): Promise<Credential> {
		return await this.call('POST', '/rest/credentials', input);
	}

	async credential(id: string): Promise<Credential> {
		return await this.call('GET', `/rest/credentials/${id}?includeData=true`);
	}

	async updateCredential(id: string, input: CredentialInput): Promise<Credential> {
		return await this.call('PATCH', `/rest/credentials/${id}`, input);
	}

	/** Saves a credential and tests it, as the editor does on save. */
	async testCredential(
		input: CredentialInput,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const { id } = await this.createCredential(input);
		return await this.call('POST', '/rest/credentials/test', { credentials: { ...input, id } });
	}

	async deleteCredential(id: string): Promise<void> {
		await this.call('DELETE', `/rest/credentials/${id}`);
	}

	/** The URL of the provider's consent page. */
	async authorizeUrl(credentialId: string): Promise<string> {
		return await this.call('GET', `/rest/oauth2-credential/auth?id=${credentialId}`);
	}

	async createWorkflow(input: WorkflowInput): Promise<Workflow> {
		// 1.x requires `active`.
		return await this.call('POST', '/rest/workflows', { settings: {}, active: false, ...input });
	}

	async workflow(id: string): Promise<Workflow> {
		return await this.call('GET', `/rest/workflows/${id}`);
	}

	/** Saves a change. On 2.x, the published version stays as it was. On 1.x, an active workflow changes immediately. */
	async updateWorkflow(id: string, changes: Partial<WorkflowInput>): Promise<Workflow> {
		return await this.call('PATCH', `/rest/workflows/${id}`, changes);
	}

	/** The workflow must be inactive. */
	async deleteWorkflow(id: string): Promise<void> {
		await this.call('POST', `/rest/workflows/${id}/archive`, {});
		await this.call('DELETE', `/rest/workflows/${id}`);
	}

	/**
	 * Clicks "Listen for test event": registers the trigger at its test URL for two minutes or until the first
	 * event.
	 */
	async listenForTestEvent(workflowId: string, triggerName: string): Promise<void> {
		const workflowData = await this.workflow(workflowId);
		const body = { workflowData, triggerToStartFrom: { name: triggerName } };
		const response = await this.call<Json>('POST', `/rest/workflows/${workflowId}/run`, body);
		if (response.waitingForWebhook !== true) {
			throw new Error(`n8n ran "${triggerName}" immediately instead of listening for an event.`);
		}
	}

	/** n8n responds before it has deregistered the trigger. Wait for that if it matters. */
	async stopListening(workflowId: string): Promise<void> {
		await this.call('DELETE', `/rest/test-webhook/${workflowId}`);
	}

	/**
	 * Calls the REST API, for endpoints without a method here.
	 *
	 * @param path e.g. `/rest/workflows`
	 * @returns the `data` of n8n's response
	 * @throws {N8nRestError} for any status but 2xx
	 */
	async call<T = unknown>(method: string, path: string, body?: object): Promise<T> {
		const { status, data } = await this.send(method, path, body);
		if (status < 200 || status > 299) {
			throw new N8nRestError(`${method} ${path}`, status, reasonOf(data));
		}
		const isWrapped = typeof data === 'object' && data !== null && 'data' in data;
		return (isWrapped ? data.data : data) as T;
	}

	/** Opens a page of n8n as the signed-in user's browser would, without following redirects. */
	async open(url: string): Promise<{ status: number; html: string }> {
		const { status, data } = await this.send('GET', url);
		return { status, html: String(data) };
	}

	private async send(method: string, url: string, body?: object): Promise<AxiosResponse<unknown>> {
		const response = await this.http.request<unknown>({
			method,
			url,
			data: body,
			headers: { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
		});
		for (const cookie of response.headers['set-cookie'] ?? []) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
			if (name !== undefined && value !== undefined) this.cookies.set(name, value);
		}
		return response;
	}
}

function reasonOf(error: unknown): string {
	if (typeof error === 'object' && error !== null && 'message' in error) {
		return String(error.message);
	}
	return typeof error === 'string' ? error.slice(0, 500) : JSON.stringify(error);
}
