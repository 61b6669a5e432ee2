using System.Globalization;
using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Querying;

namespace Payments.Operations.Ramping;

/// <summary>The body of <c>POST /v1/dead-letters/ramps</c>.</summary>
/// <param name="GroupId">Whose letters.</param>
/// <param name="Letters">How many of them were open when you looked: a group that has grown since is refused.</param>
/// <param name="RequestedBy">1 to 128 characters. Nobody is signed in yet: it is the name that was given.</param>
/// <param name="Reason">1 to 500 characters.</param>
/// <param name="Through">The newest letter you saw: what came later is not touched, however many they are.</param>
/// <param name="Include">Verdicts of letters to send on; dangerous is never one. Default: safe and no_op.</param>
/// <param name="MaxStep">Letters of a step, at most: 1 to 200. Default: 64.</param>
/// <param name="MaxPerSecond">Letters per second, at most: above 0 and up to 1000. Default: as fast as it goes.</param>
/// <param name="ErrorShare">The share of failures above which it stops, from 0 to 1. Default: 0.</param>
internal sealed record RampRequest(
    Ulid GroupId, int Letters, string RequestedBy, string Reason, Ulid? Through = null, IReadOnlyList<string>? Include = null,
    int? MaxStep = null, double? MaxPerSecond = null, double? ErrorShare = null)
{
    private const int DefaultStep = 64;
    private const int LargestStep = 200;
    private const int FastestRate = 1000;

    /// <summary>A step of the largest size then takes less than two days.</summary>
    private const double SlowestRate = 0.01;
    private static readonly string[] Default = [Verdicts.Safe, Verdicts.NoOp];
    private static readonly string[] Allowed = [Verdicts.Safe, Verdicts.NoOp, Verdicts.Stale, Verdicts.Unknown];

    /// <summary>Null, and the broken rules added, when there are any.</summary>
    public static RampOrder? Read(JsonElement body, List<FieldError> errors)
    {
        var broken = errors.Count;
        var group = ReadId(body, "groupId", errors);
        if (group is null && !body.TryGetProperty("groupId", out _))
            errors.Add(new FieldError("groupId", "required", "groupId is required."));
        var letters = ReadNumber(body, "letters", 1, int.MaxValue, errors);
        if (letters is null && !body.TryGetProperty("letters", out _))
            errors.Add(new FieldError("letters", "required", "letters is required: how many open letters you saw."));
        var through = ReadId(body, "through", errors);
        var include = ReadVerdicts(body, errors);
        var maxStep = ReadNumber(body, "maxStep", 1, LargestStep, errors);
        var rate = ReadShare(body, "maxPerSecond", SlowestRate, FastestRate, errors);
        var share = ReadShare(body, "errorShare", 0, 1, errors);
        var by = OperatorRequest.Read(body, errors);
        return errors.Count > broken
            ? null
            : new RampOrder(group!.Value, letters!.Value, through, include, maxStep ?? DefaultStep, rate, share ?? 0, by!);
    }

    private static Ulid? ReadId(JsonElement body, string field, List<FieldError> errors)
    {
        if (!Find(body, field, out var value))
            return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (Identifiers.ReadPaymentId(text, field, out var id) is not { } error)
            return id;
        errors.Add(error);
        return null;
    }

    private static int? ReadNumber(JsonElement body, string field, int least, int most, List<FieldError> errors)
    {
        if (!Find(body, field, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        errors.Add(new FieldError(field, "range", $"{field} must be a whole number from {least} to {most}."));
        return null;
    }

    private static double? ReadShare(JsonElement body, string field, double least, double most, List<FieldError> errors)
    {
        if (!Find(body, field, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
            return number;
        errors.Add(new FieldError(field, "range", string.Create(CultureInfo.InvariantCulture, $"{field} must be a number from {least} up to {most}.")));
        return null;
    }

    private static string[] ReadVerdicts(JsonElement body, List<FieldError> errors)
    {
        if (!Find(body, "include", out var value))
            return Default;
        string[] given = value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.String ? v.GetString()! : "").Distinct()]
            : [];
        if (given.Contains(Verdicts.Dangerous))
        {
            errors.Add(new FieldError(
                "include", "dangerous", "include must not have dangerous: such letters are replayed one by one, with an approval."));
        }
        else if (given.Length == 0 || given.Except(Allowed).Any())
        {
            errors.Add(new FieldError("include", "unknown", "include must be a list of safe, no_op, stale or unknown."));
        }

        return given;
    }

    private static bool Find(JsonElement body, string field, out JsonElement value) =>
        body.TryGetProperty(field, out value) && value.ValueKind != JsonValueKind.Null;
}
