// What Pulumi's provider server for Node.js lacks and the real providers have: creations and updates in a preview, and DiffConfig.
import { Server, type sendUnaryData, type ServerUnaryCall, type UntypedServiceImplementation } from "@grpc/grpc-js";
import {
  ConfigureResponse,
  DiffResponse,
  type ConfigureRequest,
  type CreateRequest,
  type CreateResponse,
  type DiffRequest,
  type UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { inPreview } from "./provider/preview";
import { isProperties, isValue, type Properties } from "./provider/values";

/** Which inputs of a provider have changed, and which of these make it another provider. */
export type ConfigDiff = (olds: Properties, news: Properties) => { readonly replaces: readonly string[] };

/**
 * Adds them to every provider that this process serves from now on. The SDK has no other place for it: its server is not
 * exported, and is handed to gRPC by `addService` (sdk/nodejs/provider/server.ts).
 *
 * Without preview support the engine takes all outputs of a resource that is updated for unknown, and plans changes of
 * everything that depends on one.
 */
export function supportPreviews(diffConfig: ConfigDiff | undefined): void {
  const original: unknown = Object.getOwnPropertyDescriptor(Server.prototype, "addService")?.value;
  if (typeof original !== "function") throw new Error("gRPC's Server has no addService");
  Object.defineProperty(Server.prototype, "addService", {
    value(this: Server, service: unknown, implementation: UntypedServiceImplementation) {
      Reflect.apply(original, this, [service, withPreviews(implementation, diffConfig)]);
    },
  });
}

function withPreviews(
  implementation: UntypedServiceImplementation,
  diffConfig: ConfigDiff | undefined,
): UntypedServiceImplementation {
  const forward = (name: string, call: unknown, callback: unknown): void => {
    const method: unknown = implementation[name];
    if (typeof method === "function") Reflect.apply(method, implementation, [call, callback]);
  };
  const own: UntypedServiceImplementation = {
    configure: (
      _: ServerUnaryCall<ConfigureRequest, ConfigureResponse>,
      callback: sendUnaryData<ConfigureResponse>,
    ) => {
      const answer = new ConfigureResponse();
      answer.setAcceptsecrets(true).setAcceptresources(true).setAcceptoutputs(true).setSupportspreview(true);
      callback(null, answer);
    },
    create: (call: ServerUnaryCall<CreateRequest, CreateResponse>, callback: sendUnaryData<CreateResponse>) => {
      inPreview.run(call.request.getPreview(), () => {
        forward("create", call, callback);
      });
    },
    update: (call: ServerUnaryCall<UpdateRequest, UpdateResponse>, callback: sendUnaryData<UpdateResponse>) => {
      inPreview.run(call.request.getPreview(), () => {
        forward("update", call, callback);
      });
    },
  };
  if (diffConfig !== undefined) {
    own["diffConfig"] = (call: ServerUnaryCall<DiffRequest, DiffResponse>, callback: sendUnaryData<DiffResponse>) => {
      callback(null, answerDiff(call.request, diffConfig));
    };
  }
  Object.setPrototypeOf(own, implementation);
  return own;
}

function answerDiff(request: DiffRequest, diffConfig: ConfigDiff): DiffResponse {
  const { replaces } = diffConfig(propertiesOf(request.getOldInputs()), propertiesOf(request.getNews()));
  // Whether anything changed at all is left to the engine, which compares the inputs.
  return new DiffResponse().setReplacesList([...replaces]).setChanges(DiffResponse.DiffChanges.DIFF_UNKNOWN);
}

function propertiesOf(struct: ReturnType<DiffRequest["getNews"]>): Properties {
  const properties: unknown = struct?.toJavaScript() ?? {};
  return isValue(properties) && isProperties(properties) ? properties : {};
}
