namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>The attributes that we read or write; a parser keeps these, and no others.</summary>
/// <remarks>
/// Part 6 of the standard, https://dicom.nema.org/medical/dicom/current/output/html/part06.html. What is not here is
/// walked over, so that patient data that is not needed never enters memory.
/// </remarks>
internal static class DicomDictionary
{
    private static readonly Dictionary<DicomTag, (string Vr, string Keyword)> Entries = Parse();

    private static readonly Dictionary<string, DicomTag> Tags = Entries.ToDictionary(
        entry => entry.Value.Keyword,
        entry => entry.Key,
        StringComparer.Ordinal
    );

    /// <summary>The value representation of a tag in implicit VR data sets; null for tags we do not use.</summary>
    public static string? VrOf(DicomTag tag) => Entries.TryGetValue(tag, out var entry) ? entry.Vr : null;

    /// <summary>The standard's keyword; null for tags we do not use.</summary>
    public static string? KeywordOf(DicomTag tag) => Entries.TryGetValue(tag, out var entry) ? entry.Keyword : null;

    /// <summary>The tag of a keyword.</summary>
    public static DicomTag Tag(string keyword) =>
        Tags.TryGetValue(keyword, out var tag)
            ? tag
            : throw new InvalidOperationException($"There is no attribute {keyword} in the dictionary.");

    private static Dictionary<DicomTag, (string Vr, string Keyword)> Parse()
    {
        var entries = new Dictionary<DicomTag, (string, string)>();
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = line.Split(' ');
            entries.Add(new DicomTag(Convert.ToUInt32(words[0], 16)), (words[1], words[2]));
        }

        return entries;
    }

    private const string Table = """
        00020001 OB FileMetaInformationVersion
        00020002 UI MediaStorageSOPClassUID
        00020003 UI MediaStorageSOPInstanceUID
        00020010 UI TransferSyntaxUID
        00020012 UI ImplementationClassUID
        00020013 SH ImplementationVersionName
        00080005 CS SpecificCharacterSet
        00080008 CS ImageType
        00080016 UI SOPClassUID
        00080018 UI SOPInstanceUID
        00080020 DA StudyDate
        00080021 DA SeriesDate
        00080022 DA AcquisitionDate
        00080023 DA ContentDate
        0008002A DT AcquisitionDateTime
        00080030 TM StudyTime
        00080031 TM SeriesTime
        00080032 TM AcquisitionTime
        00080033 TM ContentTime
        00080050 SH AccessionNumber
        00080060 CS Modality
        00080070 LO Manufacturer
        00080090 PN ReferringPhysicianName
        00080100 SH CodeValue
        00080102 SH CodingSchemeDesignator
        00080104 LO CodeMeaning
        00080105 CS MappingResource
        00080201 SH TimezoneOffsetFromUTC
        00081030 LO StudyDescription
        0008103E LO SeriesDescription
        00081070 PN OperatorsName
        00081090 LO ManufacturerModelName
        00081111 SQ ReferencedPerformedProcedureStepSequence
        00081115 SQ ReferencedSeriesSequence
        0008114A SQ ReferencedInstanceSequence
        00081150 UI ReferencedSOPClassUID
        00081155 UI ReferencedSOPInstanceUID
        00081160 IS ReferencedFrameNumber
        00081199 SQ ReferencedSOPSequence
        00082112 SQ SourceImageSequence
        00089007 CS FrameType
        00089124 SQ DerivationImageSequence
        00089208 CS ComplexImageComponent
        00089209 CS AcquisitionContrast
        00089215 SQ DerivationCodeSequence
        00100010 PN PatientName
        00100020 LO PatientID
        00100030 DA PatientBirthDate
        00100040 CS PatientSex
        00101010 AS PatientAge
        00180024 SH SequenceName
        00180050 DS SliceThickness
        00180060 DS KVP
        00180081 DS EchoTime
        00180082 DS InversionTime
        00180086 IS EchoNumbers
        00180088 DS SpacingBetweenSlices
        00181000 LO DeviceSerialNumber
        00181020 LO SoftwareVersions
        00181060 DS TriggerTime
        00181120 DS GantryDetectorTilt
        00181164 DS ImagerPixelSpacing
        00181210 SH ConvolutionKernel
        00181314 DS FlipAngle
        00182010 DS NominalScannedPixelSpacing
        00186011 SQ SequenceOfUltrasoundRegions
        00186024 US PhysicalUnitsXDirection
        00186026 US PhysicalUnitsYDirection
        0018602C FD PhysicalDeltaX
        0018602E FD PhysicalDeltaY
        00189074 DT FrameAcquisitionDateTime
        00189075 CS DiffusionDirectionality
        00189076 SQ DiffusionGradientDirectionSequence
        00189079 FD InversionTimes
        00189082 FD EffectiveEchoTime
        00189087 FD DiffusionBValue
        00189089 FD DiffusionGradientOrientation
        00189112 SQ MRTimingAndRelatedParametersSequence
        00189114 SQ MREchoSequence
        00189115 SQ MRModifierSequence
        00189117 SQ MRDiffusionSequence
        00189118 SQ CardiacSynchronizationSequence
        00189151 DT FrameReferenceDateTime
        00189226 SQ MRImageFrameTypeSequence
        00189314 SQ CTReconstructionSequence
        00189325 SQ CTXRayDetailsSequence
        00189329 SQ CTImageFrameTypeSequence
        00189751 SQ PETFrameTypeSequence
        00189806 SQ USImageDescriptionSequence
        0020000D UI StudyInstanceUID
        0020000E UI SeriesInstanceUID
        00200010 SH StudyID
        00200011 IS SeriesNumber
        00200012 IS AcquisitionNumber
        00200013 IS InstanceNumber
        00200032 DS ImagePositionPatient
        00200037 DS ImageOrientationPatient
        00200052 UI FrameOfReferenceUID
        00200100 IS TemporalPositionIdentifier
        00201040 LO PositionReferenceIndicator
        00209056 SH StackID
        00209057 UL InStackPositionNumber
        00209111 SQ FrameContentSequence
        00209113 SQ PlanePositionSequence
        00209116 SQ PlaneOrientationSequence
        00209128 UL TemporalPositionIndex
        00209153 FD NominalCardiacTriggerDelayTime
        00209157 UL DimensionIndexValues
        00209164 UI DimensionOrganizationUID
        00209165 AT DimensionIndexPointer
        00209167 AT FunctionalGroupPointer
        00209221 SQ DimensionOrganizationSequence
        00209222 SQ DimensionIndexSequence
        00209241 FL NominalPercentageOfCardiacPhase
        00209252 FD ActualCardiacTriggerDelayTime
        0020930D FD TemporalPositionTimeOffset
        00209310 SQ TemporalPositionSequence
        00209421 LO DimensionDescriptionLabel
        00240202 LO AlgorithmSource
        00280002 US SamplesPerPixel
        00280004 CS PhotometricInterpretation
        00280006 US PlanarConfiguration
        00280008 IS NumberOfFrames
        00280009 AT FrameIncrementPointer
        00280010 US Rows
        00280011 US Columns
        00280030 DS PixelSpacing
        00280034 IS PixelAspectRatio
        00280100 US BitsAllocated
        00280101 US BitsStored
        00280102 US HighBit
        00280103 US PixelRepresentation
        00280120 US PixelPaddingValue
        00281052 DS RescaleIntercept
        00281053 DS RescaleSlope
        00281054 LO RescaleType
        00281101 US RedPaletteColorLookupTableDescriptor
        00281102 US GreenPaletteColorLookupTableDescriptor
        00281103 US BluePaletteColorLookupTableDescriptor
        00281201 OW RedPaletteColorLookupTableData
        00281202 OW GreenPaletteColorLookupTableData
        00281203 OW BluePaletteColorLookupTableData
        00281221 OW SegmentedRedPaletteColorLookupTableData
        00281222 OW SegmentedGreenPaletteColorLookupTableData
        00281223 OW SegmentedBluePaletteColorLookupTableData
        0028135A CS SpatialLocationsPreserved
        00282110 CS LossyImageCompression
        00283000 SQ ModalityLUTSequence
        00289110 SQ PixelMeasuresSequence
        00289145 SQ PixelValueTransformationSequence
        004008EA SQ MeasurementUnitsCodeSequence
        0040A010 CS RelationshipType
        0040A040 CS ValueType
        0040A043 SQ ConceptNameCodeSequence
        0040A050 CS ContinuityOfContent
        0040A124 UI UID
        0040A160 UT TextValue
        0040A161 FD FloatingPointValue
        0040A168 SQ ConceptCodeSequence
        0040A170 SQ PurposeOfReferenceCodeSequence
        0040A300 SQ MeasuredValueSequence
        0040A30A DS NumericValue
        0040A372 SQ PerformedProcedureCodeSequence
        0040A375 SQ CurrentRequestedProcedureEvidenceSequence
        0040A491 CS CompletionFlag
        0040A493 CS VerificationFlag
        0040A504 SQ ContentTemplateSequence
        0040A730 SQ ContentSequence
        0040DB00 CS TemplateIdentifier
        00540010 US EnergyWindowVector
        00540020 US DetectorVector
        00540022 SQ DetectorInformationSequence
        00540030 US PhaseVector
        00540060 US RRIntervalVector
        00540070 US TimeSlotVector
        00540080 US SliceVector
        00540090 US AngularViewVector
        00541300 DS FrameReferenceTime
        00620001 CS SegmentationType
        00620002 SQ SegmentSequence
        00620003 SQ SegmentedPropertyCategoryCodeSequence
        00620004 US SegmentNumber
        00620005 LO SegmentLabel
        00620006 ST SegmentDescription
        00620007 SQ SegmentationAlgorithmIdentificationSequence
        00620008 CS SegmentAlgorithmType
        00620009 LO SegmentAlgorithmName
        0062000A SQ SegmentIdentificationSequence
        0062000B US ReferencedSegmentNumber
        0062000D US RecommendedDisplayCIELabValue
        0062000E US MaximumFractionalValue
        0062000F SQ SegmentedPropertyTypeCodeSequence
        00620010 CS SegmentationFractionalType
        00620011 SQ SegmentedPropertyTypeModifierCodeSequence
        00620013 CS SegmentsOverlap
        0066002F SQ AlgorithmFamilyCodeSequence
        00660031 LO AlgorithmVersion
        00660032 LT AlgorithmParameters
        00660036 LO AlgorithmName
        00700080 CS ContentLabel
        00700081 LO ContentDescription
        00700084 PN ContentCreatorName
        3004000C DS GridFrameOffsetVector
        3004000E DS DoseGridScaling
        30060002 SH StructureSetLabel
        30060004 LO StructureSetName
        30060006 ST StructureSetDescription
        30060008 DA StructureSetDate
        30060009 TM StructureSetTime
        30060010 SQ ReferencedFrameOfReferenceSequence
        30060012 SQ RTReferencedStudySequence
        30060014 SQ RTReferencedSeriesSequence
        30060016 SQ ContourImageSequence
        30060020 SQ StructureSetROISequence
        30060022 IS ROINumber
        30060024 UI ReferencedFrameOfReferenceUID
        30060026 LO ROIName
        3006002A IS ROIDisplayColor
        30060036 CS ROIGenerationAlgorithm
        30060038 LO ROIGenerationDescription
        30060039 SQ ROIContourSequence
        30060040 SQ ContourSequence
        30060042 CS ContourGeometricType
        30060046 IS NumberOfContourPoints
        30060048 IS ContourNumber
        30060050 DS ContourData
        30060080 SQ RTROIObservationsSequence
        30060082 IS ObservationNumber
        30060084 IS ReferencedROINumber
        30060086 SQ RTROIIdentificationCodeSequence
        300600A4 CS RTROIInterpretedType
        300600A6 PN ROIInterpreter
        300E0002 CS ApprovalStatus
        52009229 SQ SharedFunctionalGroupsSequence
        52009230 SQ PerFrameFunctionalGroupsSequence
        7FE00008 OF FloatPixelData
        7FE00009 OD DoubleFloatPixelData
        7FE00010 OW PixelData
        """;
}
