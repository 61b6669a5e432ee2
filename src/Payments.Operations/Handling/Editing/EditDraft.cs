using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Problems;

namespace Payments.Operations.Handling.Editing;

/// <summary>A letter's body as an operator would have it, and what speaks against that.</summary>
internal sealed partial record EditDraft
{
    public required byte[] Body { get; init; }

    /// <summary>Tokens are masked.</summary>
    public required IReadOnlyList<DeadLetterEditedValue> Diff { get; init; }

    /// <summary>A second person must approve it.</summary>
    public required bool ChangesMoney { get; init; }

    /// <summary>The broken rules; none: it may go out.</summary>
    public required IReadOnlyList<FieldError> Errors { get; init; }

    /// <summary>One of both: the draft, or why this letter cannot be edited at all.</summary>
    public static (EditDraft? Draft, ProblemHttpResult? Refusal) Make(StoredLetter letter, JsonObject patch)
    {
        if (letter.Body is null)
            return (null, NotEditable(letter, $"its body has more than {LetterContent.MaxBytes} bytes"));
        if (MessageBody.Read(letter.Body) is not { } body)
            return (null, NotEditable(letter, "its body is not JSON of valid Unicode with each name once"));
        if (ContractOf(letter, body) is not { } contract)
            return (null, NotEditable(letter, $"{letter.MessageType ?? "a message without a type"} is no message of ours"));

        var message = MergePatch.Apply(body.Message, patch)!;
        var edited = body.With(message);
        using var before = JsonDocument.Parse(body.Message.ToJsonString());
        using var after = JsonDocument.Parse(message.ToJsonString());
        var diff = MessageDiff.Between(before.RootElement, after.RootElement);
        return (new EditDraft
        {
            Body = edited,
            Diff = [.. diff.Select(d => Kept(MessageDiff.Mask(d)))],
            ChangesMoney = diff.Any(MessageDiff.ChangesMoney),
            Errors = Judge(letter, contract, edited, after.RootElement, diff),
        }, null);
    }

    private static List<FieldError> Judge(
        StoredLetter letter, Type contract, byte[] edited, JsonElement message, IReadOnlyList<DeadLetterEditedValue> diff)
    {
        var errors = new List<FieldError>();
        if (diff.Count == 0)
            errors.Add(new FieldError("patch", "no_change", "patch changes nothing: replay the letter as it is."));
        errors.AddRange(diff.Where(MessageDiff.IsIdentifying).Select(d => new FieldError(
            d.Path, "locked", $"{d.Path} says what the message is about: an edit cannot add, change or remove it.")));
        errors.AddRange(diff.Where(MessageDiff.BringsNul).Select(d => MessageDiff.WithoutNul(d.Path)).Select(p => new FieldError(
            p, "nul", $"{p} holds the character NUL (U+0000), which is not taken.")));
        ContractCheck.Check(message, contract, errors);
        errors.AddRange(CardNumbersIn(edited));
        if (letter.CardNumbers > 0)
            errors.AddRange(MasksIn(edited));
        return errors;
    }

    /// <summary>By the rules by which they are masked in letters: ids and amounts may look like one.</summary>
    private static List<FieldError> CardNumbersIn(byte[] edited)
    {
        if (CardNumberMasking.Mask(edited.AsSpan().ToArray()) == 0)
            return [];
        using var whole = JsonDocument.Parse(edited);
        var paths = MessageDiff.Leaves(whole.RootElement).Where(l => HoldsCardNumber(l.Key, l.Value)).Select(l => l.Key).ToList();
        // Where it stands in a name, the path would repeat it.
        return
        [
            .. paths.Select(p => CardNumbers.Mask(p)).DefaultIfEmpty("patch")
                .Select(p => new FieldError(p, "card_number", "Card numbers are not taken: send a token of a PSP.")),
        ];
    }

    private static bool HoldsCardNumber(string path, JsonElement value)
    {
        var name = path.EndsWith(']') ? "" : path.Split('.')[^1];
        var member = $"{{{JsonSerializer.Serialize(name)}:{value.GetRawText()}}}";
        return CardNumberMasking.Mask(Encoding.UTF8.GetBytes(member)) > 0;
    }

    private static IEnumerable<FieldError> MasksIn(byte[] edited)
    {
        using var whole = JsonDocument.Parse(edited);
        foreach (var (path, value) in MessageDiff.Leaves(whole.RootElement))
        {
            if (MaskedNumber().IsMatch(path) || MaskedNumber().IsMatch(value.ToString()))
                yield return new FieldError(path, "masked", $"{path} held a card number, which is masked: the edit must replace it.");
        }
    }

    /// <summary>Whatever came in at the front door is a request, also where it does not say so.</summary>
    private static Type? ContractOf(StoredLetter letter, MessageBody body) =>
        !body.IsEnvelope && letter.Endpoint == Routes.FrontDoor
            ? typeof(PaymentRequested)
            : ContractCheck.ContractOf(letter.MessageType);

    /// <summary>Beyond the document that it was read from.</summary>
    private static DeadLetterEditedValue Kept(DeadLetterEditedValue value) =>
        value with { Before = value.Before?.Clone(), After = value.After?.Clone() };

    private static ProblemHttpResult NotEditable(StoredLetter letter, string because) => Refusal.Create(
        StatusCodes.Status409Conflict, "letter-not-editable", "The letter cannot be edited.",
        $"Letter {letter.LetterId} cannot be edited: {because}.");

    /// <summary>As many digits as a card number has at least.</summary>
    [GeneratedRegex(@"\*([ -]?\*){11}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MaskedNumber();
}
