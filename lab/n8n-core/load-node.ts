import * as n8nWorkflow from 'n8n-workflow';
import type { INodeType } from 'n8n-workflow';

/** The class names of the package's nodes. */
export type NodeName = 'OktaUserMfaTrigger' | 'OktaUserMfaPollingTrigger';

/**
 * Loads a node as a new process would, with nothing in its memory. Works only in Jest.
 *
 * @param sleep replaces n8n's own `sleep()` in the node
 */
export function loadNode(name: NodeName, sleep = n8nWorkflow.sleep): INodeType {
	let node: INodeType | undefined;
	jest.isolateModules(() => {
		// Loaded only once, so that the node's errors have the same classes as n8n's.
		jest.doMock('n8n-workflow', () => ({ ...n8nWorkflow, sleep }));
		const nodeFile = jest.requireActual<Record<NodeName, new () => INodeType>>(
			`../../nodes/${name}/${name}.node`,
		);
		node = new nodeFile[name]();
	});
	jest.dontMock('n8n-workflow');
	return node as unknown as INodeType;
}
