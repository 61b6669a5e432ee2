using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Flow.Tests.Kit;

/// <summary>Sends notifications to the executor as Stripe does, signed with the secret of a connection.</summary>
internal sealed class StripeWebhooks : IDisposable
{
    private readonly HttpClient _http;

    public StripeWebhooks() =>
        _http = new HttpClient { BaseAddress = new Uri(RunDirectory.Settings("executor")["ASPNETCORE_URLS"]) };

    public static string SecretOf(string connection) =>
        RunDirectory.Settings("executor")[$"Psp__Connections__{connection}__Webhook__Secrets__0"];

    /// <summary>An event about an intent; its id is new.</summary>
    public static JsonObject Event(string type, string intent, string? operationId = null) => new()
    {
        ["id"] = $"evt_{Ulid.NewUlid()}",
        ["object"] = "event",
        ["type"] = type,
        ["data"] = new JsonObject
        {
            ["object"] = new JsonObject
            {
                ["id"] = intent,
                ["object"] = "payment_intent",
                ["metadata"] = new JsonObject { ["operation_id"] = operationId },
            },
        },
    };

    public Task<HttpStatusCode> Send(string path, JsonObject body, string? secret = null, DateTimeOffset? at = null) =>
        SendText(path, body.ToJsonString(), secret ?? SecretOf("stripe-a"), at ?? DateTimeOffset.UtcNow);

    public async Task<HttpStatusCode> SendText(string path, string body, string secret, DateTimeOffset at)
    {
        var stamp = at.ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{stamp}.{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/webhooks/{path}", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", $"t={stamp},v1={Convert.ToHexStringLower(signature)}");
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    public async Task<HttpStatusCode> Probe(string path)
    {
        using var response = await _http.GetAsync(new Uri($"/webhooks/{path}", UriKind.Relative));
        return response.StatusCode;
    }

    /// <summary>What is stored of an event; null when nothing is.</summary>
    public static async Task<StoredEvent?> Find(string eventId)
    {
        await using var connection = new NpgsqlConnection(RunDirectory.ConnectionString("executor", "Owner"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT w.connection, w.state, w.result, w.operation_id, w.looks, convert_from(b.body, 'UTF8')
            FROM webhook w JOIN webhook_body b USING (body_id) WHERE w.event_id = $1
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = eventId } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
            return null;
        var found = new StoredEvent(
            reader.GetString(0),
            reader.GetString(1),
            reader.IsDBNull(2) ? null : reader.GetString(2),
            reader.IsDBNull(3) ? null : reader.GetString(3),
            reader.GetInt32(4),
            reader.GetString(5));
        (await reader.ReadAsync()).ShouldBeFalse("an event is stored once");
        return found;
    }

    public static string IdOf(JsonObject body) => body["id"]!.GetValue<string>();

    public void Dispose() => _http.Dispose();
}

/// <summary>A stored event, with the body it came in.</summary>
internal sealed record StoredEvent(
    string Connection, string State, string? Result, string? OperationId, int Looks, string Body);
