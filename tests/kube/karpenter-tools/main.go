// What the suite needs of Karpenter's own Go packages: `kinds` prints its CustomResourceDefinitions, and `validate`
// reads objects from standard input and prints what Karpenter's controller would have against each of them.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	awsapis "github.com/aws/karpenter-provider-aws/pkg/apis"
	awsv1 "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"go.uber.org/multierr"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	sigsjson "sigs.k8s.io/json"
	"sigs.k8s.io/karpenter/pkg/apis"
	"sigs.k8s.io/karpenter/pkg/apis/v1"
)

// kinds are what the karpenter-crd chart installs: the provider's, and of the core's those that the provider leaves as they are.
func kinds() []*apiextensionsv1.CustomResourceDefinition {
	all := awsapis.CRDs
	known := map[string]bool{}
	for _, kind := range all {
		known[kind.Name] = true
	}
	for _, kind := range apis.CRDs {
		if !known[kind.Name] {
			all = append(all, kind)
		}
	}
	return all
}

// problems are what the controller finds when it reads an object: fields that its Go types lack, and the rules that
// no CustomResourceDefinition can hold, those of spec.kubelet among them.
func problems(raw json.RawMessage) ([]error, error) {
	var header struct{ Kind string }
	if err := json.Unmarshal(raw, &header); err != nil {
		return nil, err
	}
	switch header.Kind {
	case "EC2NodeClass":
		var nodeClass awsv1.EC2NodeClass
		found, err := sigsjson.UnmarshalStrict(raw, &nodeClass)
		if err != nil {
			return []error{err}, nil
		}
		found = append(found, awsv1.ValidateKubeletConfig(nodeClass.Spec.Kubelet)...)
		if _, err := awsv1.ParseKubeletConfig(nodeClass.Spec.Kubelet); err != nil {
			found = append(found, err)
		}
		return found, nil
	case "NodePool":
		var nodePool v1.NodePool
		found, err := sigsjson.UnmarshalStrict(raw, &nodePool)
		if err != nil {
			return []error{err}, nil
		}
		return append(found, multierr.Errors(nodePool.RuntimeValidate(context.Background()))...), nil
	}
	return nil, fmt.Errorf("%q is not a kind that is looked at here", header.Kind)
}

func validate() ([][]string, error) {
	var objects []json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&objects); err != nil {
		return nil, fmt.Errorf("reading the objects, %w", err)
	}
	all := make([][]string, 0, len(objects))
	for _, raw := range objects {
		found, err := problems(raw)
		if err != nil {
			return nil, err
		}
		messages := []string{}
		for _, problem := range found {
			messages = append(messages, problem.Error())
		}
		all = append(all, messages)
	}
	return all, nil
}

func run(command string) (any, error) {
	switch command {
	case "kinds":
		return kinds(), nil
	case "validate":
		return validate()
	}
	return nil, fmt.Errorf("%q is neither kinds nor validate", command)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: karpenter-tools kinds|validate")
		os.Exit(2)
	}
	result, err := run(os.Args[1])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
