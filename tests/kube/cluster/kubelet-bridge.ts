// How a kubelet in a machine is asked from outside, where the API server cannot reach it.

/** Bash that asks the kubelet of this machine. */
export function askKubelet(path: string, token: string): string {
  return `python3 - <<'END'
import ssl, urllib.request
request = urllib.request.Request("https://127.0.0.1:10250/${path}", headers={"Authorization": "Bearer ${token}"})
print(urllib.request.urlopen(request, context=ssl._create_unverified_context()).read().decode(), end="")
END`;
}
