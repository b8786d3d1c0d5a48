interface TypeScriptVersion {
  readonly version: string;
  readonly nodeTypes: string;
}
export const TYPESCRIPTS: readonly TypeScriptVersion[];
export function typescript(wanted: TypeScriptVersion): Promise<{ compiler: string; typeRoot: string }>;
