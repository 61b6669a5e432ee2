using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;

namespace Payments.Operations.Querying;

/// <summary><c>GET /v1/psp-connections</c></summary>
internal static class ListPspConnectionsEndpoint
{
    public static async Task<Ok<PspConnectionList>> Handle(
        PspConnectionQuery connections, CancellationToken cancellationToken) =>
        TypedResults.Ok(await connections.List(cancellationToken));
}
