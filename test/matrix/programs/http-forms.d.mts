/** A form of a request. */
export interface Form {
  readonly name: string;
  send(server: RecordingServer, observed: object): Promise<void> | void;
}

/** A server that records the bytes of its requests. */
export interface RecordingServer {
  readonly port: number;
  takeRequests(): string[];
  close(): void;
}

/** The observations of the application, and the bytes of the requests. */
export interface FormResult {
  readonly observed: object;
  readonly requests: readonly string[];
}

export function startRecordingServer(listenOptions?: object): Promise<RecordingServer>;
export function listForms(): readonly Form[];
export function runForm(form: Form, server: RecordingServer): Promise<FormResult>;
export function findDifference(untraced: FormResult, traced: FormResult): string | undefined;
export function splitPropagation(request: string): { rest: string; propagation: string[] };
