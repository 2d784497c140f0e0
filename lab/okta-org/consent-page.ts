import { html, htmlDocument } from './html';
import { ADMIN } from './state';

/** What each scope allows, in plain words. */
const MEANING: Record<string, string> = {
	'okta.eventHooks.manage': 'Create, change, and delete event hooks',
	'okta.eventHooks.read': 'See event hooks',
	'okta.logs.read': 'Read the System Log',
	offline_access: 'Keep access while you are away',
};

/** Asks the signed-in admin to grant the app these scopes. */
export function consentPage(fields: Array<[string, string]>, scope: string[]): string {
	return htmlDocument(
		'Allow access? – Stand-in Okta org',
		html` <h1>Allow access to your Okta org?</h1>
			<p class="soft">Signed in as ${ADMIN.name} (${ADMIN.login}), stand-in Okta org</p>
			<section aria-labelledby="requested">
				<h2 id="requested">An app would like to</h2>
				<ul>
					${scope.map((name) => html`<li>${MEANING[name] ?? name} <code>${name}</code></li>`)}
				</ul>
				<form method="post" action="/oauth2/v1/authorize">
					${fields.map(
						([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
					)}
					<div class="buttons">
						<button class="primary" name="allowed" value="true">Allow</button>
						<button name="allowed" value="false">Deny</button>
					</div>
				</form>
			</section>`,
	);
}

/** The error page for a request without an app to redirect the browser to. */
export function signInErrorPage(message: string): string {
	return htmlDocument(
		'Sign-in error – Stand-in Okta org',
		html`<h1>400 Bad Request</h1>
			<p>Your request resulted in an error. ${message}</p>`,
	);
}
