import * as n8nWorkflow from 'n8n-workflow';
import type { INodeType } from 'n8n-workflow';

/** The package's nodes, by the names of their classes. */
export type NodeName = 'OktaUserMfaTrigger' | 'OktaUserMfaPollingTrigger';

/**
 * A node as a new process loads it: nothing is in its memory. Only under Jest.
 *
 * @param sleep how the node waits, if not with n8n's own `sleep()`
 */
export function loadNode(name: NodeName, sleep = n8nWorkflow.sleep): INodeType {
	let node: INodeType | undefined;
	jest.isolateModules(() => {
		// n8n's own, loaded once: the node's errors are of the same classes.
		jest.doMock('n8n-workflow', () => ({ ...n8nWorkflow, sleep }));
		const nodeFile = jest.requireActual<Record<NodeName, new () => INodeType>>(
			`../../nodes/${name}/${name}.node`,
		);
		node = new nodeFile[name]();
	});
	jest.dontMock('n8n-workflow');
	return node as unknown as INodeType;
}
