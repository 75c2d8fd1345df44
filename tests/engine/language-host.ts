// What runs a program in Node.js for the command `pulumi`, which starts it as `pulumi-language-nodejs ENGINE`. As
// Pulumi's own, which comes with its releases and is no Go module, it starts the runner of the program's own SDK.
// Source: https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  type GetRequiredPackagesRequest,
  GetRequiredPackagesResponse,
  type RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

/** The runner's exit code for an error that it has told the engine already. */
const TOLD = 32;

const engine = process.argv.at(-1) ?? "";

/** Ends when the program has; the text is what went wrong, if that is not told yet. */
async function run(request: RunRequest): Promise<RunResponse> {
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const runner = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    project: request.getProject(),
    stack: request.getStack(),
    "root-directory": info?.getRootDirectory() ?? folder,
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
    organization: request.getOrganization(),
  };
  const child = spawn(
    process.execPath,
    [
      runner,
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info?.getEntryPoint() ?? ".",
      ...request.getArgsList(),
    ],
    {
      cwd: folder,
      // The first line of this process' output is its port; the program's goes where people see it.
      stdio: ["ignore", process.stderr, process.stderr],
      env: {
        ...process.env,
        PULUMI_NODEJS_TYPESCRIPT: "true",
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
    },
  );
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const response = new RunResponse();
  if (code === TOLD) response.setBail(true);
  else if (code !== 0) response.setError(`the program ended with exit code ${String(code)}`);
  return response;
}

function main(): void {
  const server = new Server();
  server.addService(LanguageRuntimeService, {
    run: (call: ServerUnaryCall<RunRequest, RunResponse>, done: sendUnaryData<RunResponse>) => {
      run(call.request).then(
        (response) => done(null, response),
        (error: unknown) => done({ details: String(error) }),
      );
    },
    // Nothing is to be installed: the sandbox is attached.
    getRequiredPackages: (
      _: ServerUnaryCall<GetRequiredPackagesRequest, GetRequiredPackagesResponse>,
      done: sendUnaryData<GetRequiredPackagesResponse>,
    ) => done(null, new GetRequiredPackagesResponse()),
    getPluginInfo: (_: unknown, done: sendUnaryData<PluginInfo>) => {
      const info = new PluginInfo();
      info.setVersion("1.0.0");
      done(null, info);
    },
  });
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}

main();
