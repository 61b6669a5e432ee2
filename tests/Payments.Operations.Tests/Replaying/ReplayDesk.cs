using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Replaying;
using Payments.Operations.Tests.Collecting;
using Payments.Testing;

namespace Payments.Operations.Tests.Replaying;

/// <summary>An operator who replays over HTTP, and a publisher of this process.</summary>
internal sealed class ReplayDesk(OperationsApp app)
{
    public static ReplayOptions Quick { get; } = new()
    {
        ReplayLease = TimeSpan.FromSeconds(4),
        ReplayPoll = TimeSpan.FromMilliseconds(200),
    };

    public static async Task<ReplayPublisher> StartPublisher(OperationsApp app, LetterBox box, Uri? broker = null)
    {
        var publisher = new ReplayPublisher(
            Quick,
            Microsoft.Extensions.Options.Options.Create(
                new BrokerOptions { Uri = broker ?? new Uri(RunDirectory.Settings("operations")["RabbitMq__Uri"]) }),
            app.Services.GetRequiredService<ReplayOutbox>(),
            app.Services.GetRequiredService<ReplaySignal>(),
            new Persistence(TimeProvider.System, NullLogger<Persistence>.Instance),
            TimeProvider.System,
            box.LoggerOf<ReplayPublisher>());
        await publisher.StartAsync(CancellationToken.None);
        return publisher;
    }

    public Task<HttpResponseMessage> Ask(Ulid letterId, string by = "ann", string? destination = null, bool force = false) =>
        Post($"/v1/dead-letters/{letterId}/replay", new { requestedBy = by, reason = "mended", destination, force });

    public async Task<DeadLetterReplay> Replay(Ulid letterId, string by = "ann", string? destination = null)
    {
        using var response = await Ask(letterId, by, destination);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
        return JsonSerializer.Deserialize<DeadLetterReplay>(text, ContractJson.Options)!;
    }

    public async Task<DeadLetterReplay> Show(Ulid replayId) =>
        (await app.Http.GetFromJsonAsync<DeadLetterReplay>($"/v1/dead-letters/replays/{replayId}", ContractJson.Options))!;

    public Task<DeadLetterReplay> Await(Ulid replayId, Func<DeadLetterReplay, bool> until) =>
        Eventually.Async($"replay {replayId}", LetterBox.Deadline, () => Show(replayId), until);

    public Task<HttpResponseMessage> Post(string path, object body) =>
        app.Post(path, JsonSerializer.Serialize(body, ContractJson.Options));

    /// <summary>State and outcome of a letter.</summary>
    public static async Task<string> StateOf(Ulid letterId) =>
        (string)(await OperationsApp.Sql("SELECT state || ' ' || coalesce(outcome, '-') FROM dead_letter WHERE letter_id = $1", letterId.ToGuid()))!;

    /// <summary>What operators, and the system, did to a letter.</summary>
    public static async Task<string> ActionsOn(Ulid letterId) => (string)(await OperationsApp.Sql(
        "SELECT coalesce(string_agg(actor || ' ' || action, ', ' ORDER BY acted_at, action_id), '') FROM operator_action WHERE subject = $1",
        letterId.ToString()))!;
}
