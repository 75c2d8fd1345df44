// The AWS provider that Pulumi ships is Terraform's behind Pulumi's bridge. This is the same pair, for the resources of
// the program and for what its users' stacks are likely to have.
package main

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-provider-aws/xpprovider"
	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	sdk "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/x/muxer"
	"github.com/pulumi/pulumi-terraform-bridge/v3/unstable/metadata"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// version is set by the linker: the version of @pulumi/aws that the program is pinned to.
var version = "0.0.0"

// dispatcher says which of the two halves of the provider (Terraform's plugin SDK and its plugin framework) has a type.
type dispatcher interface {
	ResolveDispatch(*tfbridge.ProviderInfo) (muxer.DispatchTable, error)
}

func main() {
	ctx := context.Background()
	info := must(providerInfo(ctx))
	packageSchema := must(json.Marshal(map[string]string{"name": info.Name, "version": info.Version}))
	pf.MainWithMuxer(ctx, info.Name, info, packageSchema)
}

func providerInfo(ctx context.Context) (tfbridge.ProviderInfo, error) {
	framework, plugin, err := xpprovider.GetProvider(ctx)
	if err != nil {
		return tfbridge.ProviderInfo{}, err
	}
	store, err := metadata.New(nil)
	if err != nil {
		return tfbridge.ProviderInfo{}, err
	}
	info := tfbridge.ProviderInfo{
		P:            pf.MuxShimWithPF(ctx, sdk.NewProvider(plugin), framework),
		Name:         "aws",
		Version:      version,
		Resources:    map[string]*tfbridge.ResourceInfo{},
		DataSources:  map[string]*tfbridge.DataSourceInfo{},
		MetadataInfo: &tfbridge.MetadataInfo{Path: "bridge-metadata.json", Data: store},
	}
	for name, mapped := range resources {
		info.Resources[name] = &tfbridge.ResourceInfo{
			Tok:                 tokens.Type(mapped.token()),
			Fields:              mapped.fields,
			DeleteBeforeReplace: mapped.deleteFirst,
		}
	}
	for name, mapped := range functions {
		info.DataSources[name] = &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember(mapped.functionToken())}
	}
	info.IgnoreMappings = unmapped(info)
	info.SetAutonaming(255, "-")
	table, err := info.P.(dispatcher).ResolveDispatch(&info)
	if err != nil {
		return tfbridge.ProviderInfo{}, err
	}
	return info, metadata.Set(info.GetMetadata(), "mux", table)
}

// unmapped lists what the provider has and the tables below do not: the bridge asks for a decision about each.
func unmapped(info tfbridge.ProviderInfo) []string {
	var names []string
	info.P.ResourcesMap().Range(func(name string, _ shim.Resource) bool {
		if _, mapped := resources[name]; !mapped {
			names = append(names, name)
		}
		return true
	})
	info.P.DataSourcesMap().Range(func(name string, _ shim.Resource) bool {
		if _, mapped := functions[name]; !mapped {
			names = append(names, name)
		}
		return true
	})
	return names
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
