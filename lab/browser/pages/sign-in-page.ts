import type { Page } from 'playwright-core';

import type { Owner } from '../../n8n/rest';

/** n8n's sign-in page. */
export class SignInPage {
	/** @param url n8n's address without a trailing slash */
	constructor(
		private readonly page: Page,
		private readonly url: string,
	) {}

	/** Opens n8n, signs in, and waits for n8n's start page. */
	async signIn({ email, password }: Pick<Owner, 'email' | 'password'>): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.getByLabel('Email').fill(email);
		await this.page.getByLabel('Password').fill(password);
		await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
		await this.page.getByTestId('universal-add').waitFor();
	}
}
