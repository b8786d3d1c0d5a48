/** Creates a temporary directory. The caller removes it. */
export function temporaryDirectory(): string;

/** Packs the built package. Returns the path of the tarball and its files. */
export function pack(directory: string): { tarball: string; files: string[] };

/** Installs a tarball and further packages in an empty folder. Returns the folder. */
export function install(tarball: string, directory: string, packages?: readonly string[]): string;
