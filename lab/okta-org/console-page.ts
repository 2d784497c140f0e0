import { randomToken } from './ids';
import { Router } from 'express';
import { buildEvent } from './build-event';
import type { Deliveries } from './delivery';
import type { EventHooks } from './event-hooks';
import { html, htmlDocument, SafeHtml } from './html';
import type { OrgState } from './state';
import type { AccountEventKind, DeliveryAttempt, EventKind, SignInKind } from './types';

const SIGN_INS: Record<SignInKind, string> = {
	pushApproved: 'Push approved',
	pushDenied: 'Push denied',
	wrongNumber: 'Wrong number',
	pushError: 'Push error',
	password: 'Password',
	securityKey: 'Security key',
	sms: 'SMS code',
};

const ACCOUNT_EVENTS: Record<AccountEventKind, string> = {
	factorEnrolled: 'Factor enrolled',
	factorReset: 'Factor reset',
	allFactorsReset: 'All factors reset',
	factorSuspended: 'Factor suspended',
	factorUnsuspended: 'Factor unsuspended',
	factorUpdated: 'Factor updated',
	sessionStarted: 'Sign-in',
	sessionContextChanged: 'Session context changed',
	passwordReset: 'Password reset',
	passwordChanged: 'Password changed',
	accountLocked: 'Account locked',
	deviceEnrolled: 'Device enrolled',
	deviceAdded: 'Device added to user',
	suspiciousActivityReported: 'Suspicious activity reported',
	userRiskDetected: 'User risk detected',
	breachedCredentialDetected: 'Breached credential detected',
	pushDeniedOnClassic: 'Push denied (Classic Engine)',
	pushSent: 'Push sent',
	bypassAttempted: 'Bypass attempted',
	adminConsoleOpened: 'Admin Console opened',
	signOnPolicyEvaluated: 'Sign-on policy evaluated',
	passwordExpired: 'Password expired by admin',
};

const BUTTONS: Record<EventKind, string> = { ...SIGN_INS, ...ACCOUNT_EVENTS };

const SHOWN_DELIVERIES = 20;

/**
 * The page for watching the org: `/`, its live data at `/console/state`, and its buttons at
 * `POST /console/event`.
 */
export function consolePage(org: OrgState, hooks: EventHooks, deliveries: Deliveries): Router {
	const router = Router();

	router.get('/', (_request, response) => {
		const nonce = randomToken(16);
		response
			.set({
				'Cache-Control': 'no-store',
				'Content-Security-Policy':
					`default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'; ` +
					"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			})
			.type('html')
			.send(page(nonce));
	});

	router.get('/console/state', (_request, response) => {
		response.set('Cache-Control', 'no-store').json({
			hooks: hooks.list(),
			deliveries: latestDeliveries(),
			html: { hooks: hooksTable().text, deliveries: deliveriesTable().text },
		});
	});

	router.post('/console/event', async (request, response) => {
		// Otherwise, any other website in the user's browser could press these buttons.
		if (!['same-origin', 'none', undefined].includes(request.get('sec-fetch-site'))) {
			response.status(403).type('text').send('These buttons only work on the org’s own page.');
			return;
		}
		const { kind } = (request.body ?? {}) as { kind?: string };
		if (!isKind(kind)) {
			const known = Object.keys(BUTTONS).join(', ');
			response.status(400).type('text').send(`kind must be one of: ${known}`);
			return;
		}
		const published = deliveries.publish([buildEvent(kind, org.now())]);
		if (request.accepts('html', 'json') === 'html') {
			// The page shows the attempts as they end.
			response.redirect(303, '/');
			await published;
			return;
		}
		const { events, attempts } = await published;
		response.json({ event: events[0], deliveries: attempts });
	});

	const latestDeliveries = (): DeliveryAttempt[] =>
		org.deliveries.slice(-SHOWN_DELIVERIES).reverse();

	const page = (nonce: string): string =>
		htmlDocument(
			'Stand-in Okta org',
			html` <h1>Stand-in Okta org</h1>
				<p class="soft">
					Behaves the way Okta documents it, on this machine only: <code>${org.url}</code>
				</p>
				<section aria-labelledby="sign-in">
					<h2 id="sign-in">Sign a user in</h2>
					${buttons(SIGN_INS)}
				</section>
				<section aria-labelledby="account">
					<h2 id="account">Trigger an account event</h2>
					${buttons(ACCOUNT_EVENTS)}
					<p id="outcome" class="soft" role="status"></p>
				</section>
				<section aria-labelledby="hooks-title">
					<h2 id="hooks-title">Event hooks</h2>
					<div id="hooks" class="scroll">${hooksTable()}</div>
				</section>
				<section aria-labelledby="deliveries-title">
					<h2 id="deliveries-title">Latest deliveries</h2>
					<div id="deliveries" class="scroll">${deliveriesTable()}</div>
				</section>
				<script nonce="${nonce}">
					${SCRIPT};
				</script>`,
		);

	const buttons = (labels: Record<string, string>): SafeHtml =>
		html`<form method="post" action="/console/event">
			<div class="buttons">
				${Object.entries(labels).map(
					([kind, label]) => html`<button name="kind" value="${kind}">${label}</button>`,
				)}
			</div>
		</form>`;

	const hooksTable = (): SafeHtml => {
		const list = hooks.list();
		if (list.length === 0) return html`<p class="soft">No event hooks yet.</p>`;
		return html`<table>
			<thead>
				<tr>
					<th scope="col">Name</th>
					<th scope="col">URL</th>
					<th scope="col">Status</th>
					<th scope="col">Verification</th>
					<th scope="col">Events</th>
				</tr>
			</thead>
			<tbody>
				${list.map(
					(hook) =>
						html`<tr>
							<td>${hook.name}</td>
							<td><code>${hook.channel.config.uri}</code></td>
							<td class="${hook.status === 'ACTIVE' ? 'good' : 'bad'}">${hook.status}</td>
							<td class="${hook.verificationStatus === 'VERIFIED' ? 'good' : 'bad'}">
								${hook.verificationStatus}
							</td>
							<td>${hook.events.items.map((item) => html`<code>${item}</code> `)}</td>
						</tr>`,
				)}
			</tbody>
		</table>`;
	};

	const deliveriesTable = (): SafeHtml => {
		const list = latestDeliveries();
		if (list.length === 0) return html`<p class="soft">No deliveries yet.</p>`;
		return html`<table>
			<thead>
				<tr>
					<th scope="col">Time</th>
					<th scope="col">Event</th>
					<th scope="col">Event hook</th>
					<th scope="col">Attempt</th>
					<th scope="col">Status</th>
				</tr>
			</thead>
			<tbody>
				${list.map(
					(attempt) =>
						html`<tr>
							<td><time datetime="${attempt.time}">${attempt.time}</time></td>
							<td>
								${attempt.body.data.events.map((event) => html`<code>${event.eventType}</code> `)}
							</td>
							<td>${org.hooks.get(attempt.hookId)?.input.name ?? attempt.hookId}</td>
							<td>${attempt.attempt}</td>
							<td class="${attempt.delivered ? 'good' : 'bad'}">
								${attempt.status ?? attempt.error}
							</td>
						</tr>`,
				)}
			</tbody>
		</table>`;
	};

	return router;
}

function isKind(kind: string | undefined): kind is EventKind {
	return kind !== undefined && Object.hasOwn(BUTTONS, kind);
}

/** Refreshes the tables in place, and submits the forms without leaving the page. */
const SCRIPT = new SafeHtml(`
const show = (id, text) => {
	const element = document.getElementById(id);
	if (element.dataset.shown !== text) {
		element.dataset.shown = text;
		element.innerHTML = text;
	}
};
const refresh = async () => {
	const state = await (await fetch('/console/state')).json();
	show('hooks', state.html.hooks);
	show('deliveries', state.html.deliveries);
};
const poll = () => refresh().catch(() => {}).finally(() => setTimeout(poll, 1000));
poll();

const press = async (event) => {
	event.preventDefault();
	const { value, textContent } = event.submitter;
	const outcome = document.getElementById('outcome');
	outcome.textContent = textContent + ': delivering …';
	try {
		const response = await fetch('/console/event', {
			method: 'POST',
			headers: { Accept: 'application/json' },
			body: new URLSearchParams({ kind: value }),
		});
		if (!response.ok) throw new Error(await response.text());
		const { deliveries } = await response.json();
		const hooks = new Set(deliveries.filter((attempt) => attempt.delivered).map((attempt) => attempt.hookId));
		outcome.textContent = textContent + ': delivered to ' + hooks.size + (hooks.size === 1 ? ' event hook' : ' event hooks');
		await refresh();
	} catch (error) {
		outcome.textContent = textContent + ': ' + error.message;
	}
};
for (const form of document.forms) form.addEventListener('submit', press);
`);
