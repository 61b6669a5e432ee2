using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Cli.Api;

/// <summary>The HTTP API of Operations.</summary>
internal sealed class PaymentsApi(Uri address) : IDisposable
{
    private const string ReplayedHeader = "Idempotent-Replayed";

    private readonly HttpApi _http =
        new(address, "the payments API", $"{address}", TimeSpan.FromSeconds(30), ContractJson.Options);

    public void Dispose() => _http.Dispose();

    /// <summary>Requests a payment; the second value tells a repeated answer.</summary>
    public async Task<(PaymentAccepted Accepted, bool Replayed)> Publish(
        byte[] body, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = HttpApi.Post("v1/payments", body);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        using var response = await _http.Send(request, cancellationToken);
        return (await _http.Read<PaymentAccepted>(response, cancellationToken), response.Headers.Contains(ReplayedHeader));
    }

    /// <summary>Null when no such payment is known.</summary>
    public Task<PaymentDetails?> Find(Ulid paymentId, CancellationToken cancellationToken) =>
        Get<PaymentDetails>($"v1/payments/{paymentId}", cancellationToken);

    public Task<PaymentBooks?> Books(Ulid paymentId, CancellationToken cancellationToken) =>
        Get<PaymentBooks>($"v1/payments/{paymentId}/books", cancellationToken);

    public async Task<SellerBalances> Balances(string sellerId, CancellationToken cancellationToken) =>
        await Get<SellerBalances>($"v1/sellers/{Uri.EscapeDataString(sellerId)}/balances", cancellationToken)
        ?? new SellerBalances { SellerId = sellerId, Balances = [] };

    /// <param name="parameters">Names and values; those without a value are left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<PaymentPage> List(
        IEnumerable<(string Name, string? Value)> parameters, CancellationToken cancellationToken) =>
        await Get<PaymentPage>(HttpApi.Query("v1/payments", parameters), cancellationToken)
        ?? throw NoApi();

    public async Task<PspConnectionList> PspConnections(CancellationToken cancellationToken) =>
        await Get<PspConnectionList>("v1/psp-connections", cancellationToken)
        ?? throw NoApi();

    public async Task<DeadLetterPage> DeadLetters(
        IEnumerable<(string Name, string? Value)> parameters, CancellationToken cancellationToken) =>
        await Get<DeadLetterPage>(HttpApi.Query("v1/dead-letters", parameters), cancellationToken) ?? throw NoApi();

    public async Task<DeadLetterGroupPage> DeadLetterGroups(
        IEnumerable<(string Name, string? Value)> parameters, CancellationToken cancellationToken) =>
        await Get<DeadLetterGroupPage>(HttpApi.Query("v1/dead-letters/groups", parameters), cancellationToken) ?? throw NoApi();

    /// <summary>Null when no such letter is known.</summary>
    public Task<DeadLetterDetails?> DeadLetter(Ulid letterId, CancellationToken cancellationToken) =>
        Get<DeadLetterDetails>($"v1/dead-letters/{letterId}", cancellationToken);

    /// <summary>Null when no such letter is known.</summary>
    public Task<DeadLetterVerdict?> Verdict(Ulid letterId, CancellationToken cancellationToken) =>
        Get<DeadLetterVerdict>($"v1/dead-letters/{letterId}/verdict", cancellationToken);

    /// <summary>Null when no such group is known.</summary>
    /// <param name="groupId">Whose open letters.</param>
    /// <param name="cursor">Of a part that is not the first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<DeadLetterGroupVerdict?> GroupVerdict(Ulid groupId, string? cursor, CancellationToken cancellationToken) =>
        Get<DeadLetterGroupVerdict>(
            $"v1/dead-letters/groups/{groupId}/verdict{(cursor is null ? "" : $"?cursor={Uri.EscapeDataString(cursor)}")}",
            cancellationToken);

    /// <summary>Asks for letters to be sent on; one answer for each.</summary>
    public Task<DeadLetterReplayList> Replay(object wish, CancellationToken cancellationToken) =>
        Post<DeadLetterReplayList>("v1/dead-letters/replays", wish, cancellationToken);

    /// <summary>Null when no such replay is known.</summary>
    public Task<DeadLetterReplay?> Replay(Ulid replayId, CancellationToken cancellationToken) =>
        Get<DeadLetterReplay>($"v1/dead-letters/replays/{replayId}", cancellationToken);

    /// <param name="replayId">Which.</param>
    /// <param name="action"><c>approve</c> or <c>withdraw</c>.</param>
    /// <param name="requestedBy">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<DeadLetterReplay> ChangeReplay(
        Ulid replayId, string action, string requestedBy, string reason, CancellationToken cancellationToken) =>
        Post<DeadLetterReplay>($"v1/dead-letters/replays/{replayId}/{action}", new { requestedBy, reason }, cancellationToken);

    public Task<DeadLetterRamp> StartRamp(object wish, CancellationToken cancellationToken) =>
        Post<DeadLetterRamp>("v1/dead-letters/ramps", wish, cancellationToken);

    /// <summary>Null when no such ramp is known.</summary>
    public Task<DeadLetterRamp?> Ramp(Ulid rampId, CancellationToken cancellationToken) =>
        Get<DeadLetterRamp>($"v1/dead-letters/ramps/{rampId}", cancellationToken);

    public async Task<DeadLetterRampList> Ramps(CancellationToken cancellationToken) =>
        await Get<DeadLetterRampList>("v1/dead-letters/ramps", cancellationToken) ?? throw NoApi();

    /// <param name="rampId">Which.</param>
    /// <param name="action"><c>pause</c>, <c>resume</c> or <c>cancel</c>.</param>
    /// <param name="requestedBy">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<DeadLetterRamp> ChangeRamp(
        Ulid rampId, string action, string requestedBy, string reason, CancellationToken cancellationToken) =>
        Post<DeadLetterRamp>($"v1/dead-letters/ramps/{rampId}/{action}", new { requestedBy, reason }, cancellationToken);

    /// <summary>Null when no such group is known.</summary>
    public Task<DeadLetterGroupDetails?> DeadLetterGroup(Ulid groupId, CancellationToken cancellationToken) =>
        Get<DeadLetterGroupDetails>($"v1/dead-letters/groups/{groupId}", cancellationToken);

    public Task<DeadLetterDiscards> Discard(DiscardDeadLetters discard, CancellationToken cancellationToken) =>
        Post<DeadLetterDiscards>("v1/dead-letters/discards", discard, cancellationToken);

    public Task<DeadLetterDetails> Restore(
        Ulid letterId, string requestedBy, string reason, CancellationToken cancellationToken) =>
        Post<DeadLetterDetails>($"v1/dead-letters/{letterId}/restore", new { requestedBy, reason }, cancellationToken);

    /// <param name="letterId">Which.</param>
    /// <param name="edit">As the API wants it; nulls in the patch matter.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<DeadLetterEdit> Edit(Ulid letterId, JsonObject edit, CancellationToken cancellationToken) =>
        Post<DeadLetterEdit>($"v1/dead-letters/{letterId}/edit", edit, cancellationToken);

    public Task<DeadLetterDetails> NoteLetter(Ulid letterId, NoteDeadLetter note, CancellationToken cancellationToken) =>
        Post<DeadLetterDetails>($"v1/dead-letters/{letterId}/notes", note, cancellationToken);

    public Task<DeadLetterGroupDetails> NoteGroup(Ulid groupId, NoteDeadLetter note, CancellationToken cancellationToken) =>
        Post<DeadLetterGroupDetails>($"v1/dead-letters/groups/{groupId}/notes", note, cancellationToken);

    /// <param name="groupId">Which.</param>
    /// <param name="assignee">Null: nobody.</param>
    /// <param name="requestedBy">Who.</param>
    /// <param name="reason">Why, where somebody said so.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<DeadLetterGroupDetails> Assign(
        Ulid groupId, string? assignee, string requestedBy, string? reason, CancellationToken cancellationToken)
    {
        var assign = new JsonObject { ["assignee"] = assignee, ["requestedBy"] = requestedBy };
        if (reason is not null)
            assign["reason"] = reason;
        return Post<DeadLetterGroupDetails>($"v1/dead-letters/groups/{groupId}/assign", assign, cancellationToken);
    }

    /// <param name="groupId">Which.</param>
    /// <param name="until">Null: the mute ends.</param>
    /// <param name="requestedBy">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<DeadLetterGroupDetails> Mute(
        Ulid groupId, string? until, string requestedBy, string reason, CancellationToken cancellationToken) =>
        Post<DeadLetterGroupDetails>(
            $"v1/dead-letters/groups/{groupId}/mute",
            new JsonObject { ["until"] = until, ["requestedBy"] = requestedBy, ["reason"] = reason },
            cancellationToken);

    public async Task<OperatorActionPage> OperatorActions(
        IEnumerable<(string Name, string? Value)> parameters, CancellationToken cancellationToken) =>
        await Get<OperatorActionPage>(HttpApi.Query("v1/operator-actions", parameters), cancellationToken) ?? throw NoApi();

    public async Task<QueueList> Queues(CancellationToken cancellationToken) =>
        await Get<QueueList>("v1/queues", cancellationToken) ?? throw NoApi();

    public async Task Resume(Ulid paymentId, string requestedBy, string reason, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/payments/{paymentId}/resume");
        request.Content = JsonContent.Create(new { requestedBy, reason }, options: ContractJson.Options);
        using var response = await _http.Send(request, cancellationToken);
        await _http.Read<PaymentAccepted>(response, cancellationToken);
    }

    /// <summary>Which connections the request's orders would take.</summary>
    public async Task<RouteExplained> ExplainRoute(byte[] body, CancellationToken cancellationToken)
    {
        using var request = HttpApi.Post("v1/routes/explain", body);
        using var response = await _http.Send(request, cancellationToken);
        return await _http.Read<RouteExplained>(response, cancellationToken);
    }

    private async Task<T> Post<T>(string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = JsonContent.Create(body, body.GetType(), options: ContractJson.Options);
        using var response = await _http.Send(request, cancellationToken);
        return await _http.Read<T>(response, cancellationToken);
    }

    private CommandException NoApi() => CommandException.CannotReach($"There is no payments API at {address}.");

    private async Task<T?> Get<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await _http.Send(request, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await _http.Read<T>(response, cancellationToken);
    }
}
