import { createRequire } from 'node:module';
import { join } from 'node:path';

import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeType,
	IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';

import type { NodeName } from '../../lab/n8n-core/load-node';
import { openWorkflow, WEBHOOK_ID } from '../../lab/n8n-core/node-workflow';
import { withNodeData } from '../../lab/n8n-core/static-data';

const DIST = join(__dirname, '../../dist/nodes');
const requireBuilt = createRequire(__filename);

/** A node as it's shipped, in an n8n-core workflow. */
interface Opened {
	nodeType: INodeType;
	workflow: Workflow;
}

export function openBuiltNode(
	name: NodeName,
	parameters: IDataObject,
	staticData: IDataObject,
): Opened {
	const built = requireBuilt(join(DIST, name, `${name}.node.js`)) as Record<
		NodeName,
		new () => INodeType
	>;
	const nodeType = new built[name]();
	const workflow = openWorkflow(nodeType, {
		workflowId: 'bench',
		workflowName: 'Benchmark',
		nodeName: name,
		parameters,
		webhookId: WEBHOOK_ID,
		staticData: withNodeData(name, staticData),
	});
	return { nodeType, workflow };
}

/** The URL is resolved already: n8n's own part isn't measured. */
export function withCredential(
	entered: ICredentialDataDecryptedObject = {},
): IWorkflowExecuteAdditionalData {
	const credential = { url: 'https://example.okta.com', oauthTokenData: {}, ...entered };
	return {
		webhookBaseUrl: 'https://n8n.example.com/webhook',
		credentialsHelper: {
			getParentTypes: () => ['oAuth2Api'],
			isCredentialUsableByNode: () => true,
			getDecrypted: async () => ({ ...credential }),
		},
	} as unknown as IWorkflowExecuteAdditionalData;
}
