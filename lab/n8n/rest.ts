import { randomUUID } from 'node:crypto';

import axios, { type AxiosInstance, type AxiosResponse } from 'axios';

export type Json = Record<string, unknown>;

export interface Owner {
	email: string;
	/** n8n wants 8 characters or more, a capital and a digit among them. */
	password: string;
	firstName: string;
	lastName: string;
}

export interface Settings {
	/** n8n's version. */
	versionCli: string;
	/** 2.x registers webhooks in the background with this on, as it is when shipped. */
	useWorkflowPublicationService?: boolean;
}

export interface CredentialInput {
	name: string;
	/** e.g. `oktaOAuth2Api` */
	type: string;
	data: Json;
}

/** Secrets come back blanked; `data.oauthTokenData` is `true` once it is connected. */
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
	/** Triggers with a webhook need one; it is part of the URL. */
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
	/** The version that was saved last, not always the one that is published. */
	versionId: string;
	active: boolean;
	staticData: unknown;
}

/** n8n refused a call; the message names the call and says n8n's reason. */
export class N8nRestError extends Error {
	constructor(
		call: string,
		readonly status: number,
		/** What n8n said. */
		readonly reason: string,
	) {
		super(`n8n answered ${call} with ${status}: ${reason}`);
		this.name = 'N8nRestError';
	}
}

/** n8n's own REST API as its editor uses it: signed in, with cookies. One client per person. */
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
			// Stands for one browser tab.
			headers: { 'push-ref': randomUUID() },
		});
	}

	/** Makes the first account of a fresh n8n, and signs in to it. */
	async setUpOwner(owner: Owner): Promise<void> {
		await this.call('POST', '/rest/owner/setup', owner);
	}

	async login({ email, password }: Pick<Owner, 'email' | 'password'>): Promise<void> {
		await this.call('POST', '/rest/login', { emailOrLdapLoginId: email, password });
	}

	/** Needs a login. Asked for once. */
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

	/** Saves a credential and tests it, as the editor does when somebody saves it. */
	async testCredential(
		input: CredentialInput,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const { id } = await this.createCredential(input);
		return await this.call('POST', '/rest/credentials/test', { credentials: { ...input, id } });
	}

	async deleteCredential(id: string): Promise<void> {
		await this.call('DELETE', `/rest/credentials/${id}`);
	}

	/** The address of the provider's page where a person allows the access. */
	async authorizeUrl(credentialId: string): Promise<string> {
		return await this.call('GET', `/rest/oauth2-credential/auth?id=${credentialId}`);
	}

	async createWorkflow(input: WorkflowInput): Promise<Workflow> {
		// 1.x wants to be told that it is inactive.
		return await this.call('POST', '/rest/workflows', { settings: {}, active: false, ...input });
	}

	async workflow(id: string): Promise<Workflow> {
		return await this.call('GET', `/rest/workflows/${id}`);
	}

	/** Saves a change. On 2.x what is published stays as it was; on 1.x an active workflow changes at once. */
	async updateWorkflow(id: string, changes: Partial<WorkflowInput>): Promise<Workflow> {
		return await this.call('PATCH', `/rest/workflows/${id}`, changes);
	}

	/** Must be inactive. */
	async deleteWorkflow(id: string): Promise<void> {
		await this.call('POST', `/rest/workflows/${id}/archive`, {});
		await this.call('DELETE', `/rest/workflows/${id}`);
	}

	/**
	 * Presses "Listen for test event": registers the trigger under its test URL, for two minutes or
	 * until the first event.
	 */
	async listenForTestEvent(workflowId: string, triggerName: string): Promise<void> {
		const workflowData = await this.workflow(workflowId);
		const body = { workflowData, triggerToStartFrom: { name: triggerName } };
		const answer = await this.call<Json>('POST', `/rest/workflows/${workflowId}/run`, body);
		if (answer.waitingForWebhook !== true) {
			throw new Error(`n8n runs "${triggerName}" at once instead of listening for an event.`);
		}
	}

	/** n8n answers before it has deregistered the trigger: wait for that where it counts. */
	async stopListening(workflowId: string): Promise<void> {
		await this.call('DELETE', `/rest/test-webhook/${workflowId}`);
	}

	/**
	 * One call of the REST API, for what has no method here.
	 *
	 * @param path e.g. `/rest/workflows`
	 * @returns the `data` of n8n's answer
	 * @throws {N8nRestError} for any status but 2xx
	 */
	async call<T = unknown>(method: string, path: string, body?: object): Promise<T> {
		const response = await this.send(method, path, body);
		const answer: unknown = response.data;
		if (response.status < 200 || response.status > 299) {
			throw new N8nRestError(`${method} ${path}`, response.status, reasonOf(answer));
		}
		const isWrapped = typeof answer === 'object' && answer !== null && 'data' in answer;
		return (isWrapped ? answer.data : answer) as T;
	}

	/** Opens a page of n8n as the signed-in person's browser would, without following redirects. */
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

function reasonOf(answer: unknown): string {
	if (typeof answer === 'object' && answer !== null && 'message' in answer) {
		return String(answer.message);
	}
	return typeof answer === 'string' ? answer.slice(0, 500) : JSON.stringify(answer);
}
