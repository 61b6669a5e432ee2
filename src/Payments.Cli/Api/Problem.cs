using System.Net.Http.Json;
using System.Text.Json;
using Payments.Contracts;

namespace Payments.Cli.Api;

/// <summary>An answer of kind <c>application/problem+json</c>, as far as people need it.</summary>
internal sealed record Problem(string? Title, string? Detail, IReadOnlyList<FieldError>? Errors)
{
    private const int ServerError = 500;

    public static async Task<CommandException> Read(
        HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        var problem = await ReadBody(response, cancellationToken);
        var reason = problem?.ToString() ?? $"{(int)response.StatusCode} {response.ReasonPhrase}";
        return (int)response.StatusCode >= ServerError
            ? CommandException.CannotReach($"{address} cannot answer now: {reason}")
            : CommandException.Refused(reason);
    }

    public override string ToString() => Errors is { Count: > 0 }
        ? string.Join('\n', Errors.Select(e => $"{e.Field} ({e.Rule}): {e.Message}").Prepend(Title))
        : $"{Title} {Detail}";

    private static async Task<Problem?> ReadBody(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return null;
        try
        {
            return await response.Content.ReadFromJsonAsync<Problem>(ContractJson.Options, cancellationToken);
        }
        catch (JsonException)
        {
            // The status code says enough.
            return null;
        }
    }
}
