// Prints the user data that Karpenter gives to an instance: its own bootstrapper, fed with a JSON description on standard input.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"

	v1 "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"github.com/aws/karpenter-provider-aws/pkg/providers/amifamily/bootstrap"
)

// description is what Karpenter knows about a node when it makes the launch template.
type description struct {
	UserData            string                  `json:"userData"`
	ClusterName         string                  `json:"clusterName"`
	ClusterEndpoint     string                  `json:"clusterEndpoint"`
	ClusterCIDR         string                  `json:"clusterCidr"`
	CABundle            string                  `json:"caBundle"`
	Labels              map[string]string       `json:"labels"`
	Taints              []corev1.Taint          `json:"taints"`
	Kubelet             v1.KubeletConfiguration `json:"kubelet"`
	InstanceStorePolicy *v1.InstanceStorePolicy `json:"instanceStorePolicy,omitempty"`
}

func merge() (string, error) {
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	var node description
	if err := decoder.Decode(&node); err != nil {
		return "", fmt.Errorf("reading the description, %w", err)
	}
	encoded, err := bootstrap.Nodeadm{Options: bootstrap.Options{
		ClusterName:           node.ClusterName,
		ClusterEndpoint:       node.ClusterEndpoint,
		ClusterCIDR:           &node.ClusterCIDR,
		UnparsedKubeletConfig: node.Kubelet,
		Taints:                node.Taints,
		Labels:                node.Labels,
		CABundle:              &node.CABundle,
		CustomUserData:        &node.UserData,
		InstanceStorePolicy:   node.InstanceStorePolicy,
	}}.Script(context.Background())
	if err != nil {
		return "", err
	}
	// EC2 takes user data in base64 and hands the instance what it stands for.
	userData, err := base64.StdEncoding.DecodeString(encoded)
	return string(userData), err
}

func main() {
	userData, err := merge()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(userData)
}
