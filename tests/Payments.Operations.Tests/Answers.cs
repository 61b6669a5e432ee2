using System.Net;
using System.Text.Json;
using Payments.Contracts;

namespace Payments.Operations.Tests;

/// <summary>Reads what the API answered.</summary>
internal static class Answers
{
    public const string ProblemType = "application/problem+json";

    public static async Task<Ulid> AcceptedId(this HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        var accepted = JsonSerializer.Deserialize<PaymentAccepted>(
            await response.Content.ReadAsStringAsync(), ContractJson.Options);
        response.Headers.Location?.ToString().ShouldBe($"/v1/payments/{accepted!.PaymentId}");
        return accepted!.PaymentId;
    }

    /// <summary>A problem of this status and type.</summary>
    public static async Task<JsonElement> Problem(this HttpResponseMessage response, HttpStatusCode status, string type)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe(ProblemType);
        var problem = JsonDocument.Parse(text).RootElement;
        problem.GetProperty("type").GetString().ShouldBe($"urn:payments:problem:{type}");
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        return problem;
    }

    /// <summary>The broken rules of a 400, as <c>field rule</c>.</summary>
    public static async Task<IReadOnlyList<string>> BrokenRules(this HttpResponseMessage response)
    {
        var problem = await response.Problem(HttpStatusCode.BadRequest, "invalid-request");
        return [.. problem.GetProperty("errors").EnumerateArray()
            .Select(e => $"{e.GetProperty("field").GetString()} {e.GetProperty("rule").GetString()}")];
    }
}
